local plugin = {
  description = "Opens an alert text that was sealed with AES-256-GCM.",
  match = { push_type = "alert", ["/sealed"] = true },
  capabilities = { "crypto" },
}

-- What opened may be the body's text, or a JSON object with title, subtitle and body.
local function show(content, text)
  local object = text:sub(1, 1) == "{" and notilua.json.decode(text)
  if type(object) ~= "table" then
    content.body = text
    return
  end
  for _, field in ipairs({ "title", "subtitle", "body" }) do
    if type(object[field]) == "string" then content[field] = object[field] end
  end
end

function plugin.did_receive(request, content)
  local settings = request.settings
  local payload = content.user_info
  local sealed, reason = notilua.base64.decode(payload.sealed)
  local text
  if sealed then
    text, reason = notilua.crypto.open(settings.key or "inbox", sealed, payload.sealed_for)
  end
  if not text then
    notilua.log.warn("the text was not opened: " .. reason)
    if settings.fallback then content.body = settings.fallback end
    return
  end
  show(content, text)
  payload.sealed = nil
  payload.sealed_for = nil
end

function plugin.time_will_expire(request, best_attempt)
  if request.settings.fallback then best_attempt.body = request.settings.fallback end
end

return plugin
