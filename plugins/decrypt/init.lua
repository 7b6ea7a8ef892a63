local settings = require "settings"

local own = settings.read { key = settings.text("inbox"), fallback = settings.text() }

---@type notilua.Plugin
local plugin = {
  description = "Opens an alert text that was sealed with AES-256-GCM.",
  match = { push_type = "alert", ["/sealed"] = true },
  capabilities = { "crypto" },
}

-- The sealed text, opened; or nil and why not.
local function open(payload)
  if type(payload.sealed) ~= "string" then return nil, "'sealed' is no text" end
  local bound = payload.sealed_for
  if bound ~= nil and type(bound) ~= "string" then return nil, "'sealed_for' is no text" end
  local sealed, reason = notilua.base64.decode(payload.sealed)
  if not sealed then return nil, reason end
  local text
  text, reason = notilua.crypto.open(own.key, sealed, bound)
  if not text then return nil, reason end
  if not utf8.len(text) then return nil, "what was sealed is not UTF-8" end
  if text == "" then return nil, "what was sealed is empty" end
  return text
end

-- What opened may be the body's text, or a JSON object with title, subtitle and body; tells whether it shows anything.
local function show(content, text)
  local object = text:sub(1, 1) == "{" and notilua.json.decode(text)
  if type(object) ~= "table" then
    content.body = text
    return true
  end
  local shows = false
  for _, field in ipairs { "title", "subtitle", "body" } do
    if type(object[field]) == "string" then
      content[field] = object[field]
      shows = true
    end
  end
  return shows
end

function plugin.did_receive(request, content)
  local payload = content.user_info
  local text, reason = open(payload)
  if text and not show(content, text) then text, reason = nil, "what was sealed has no title, subtitle or body" end
  if not text then
    notilua.log.warn("the text was not opened: " .. reason)
    if own.fallback then content.body = own.fallback end
    return
  end
  payload.sealed = nil
  payload.sealed_for = nil
end

function plugin.time_will_expire(request, best_attempt)
  if own.fallback then best_attempt.body = own.fallback end
end

return plugin
