local plugin = {
  description = "Masks long runs of digits, such as codes and card numbers, in the alert's text.",
  match = { push_type = "alert" },
}

local function mask(text, minimum, keep)
  return (text:gsub("%d+", function(digits)
    if #digits < minimum then return nil end
    local kept = math.min(keep, #digits)
    return ("*"):rep(#digits - kept) .. digits:sub(#digits - kept + 1)
  end))
end

function plugin.did_receive(request, content)
  local settings = request.settings
  local minimum = settings.minimum or 4
  local keep = settings.keep_last or 0
  for _, field in ipairs(settings.fields or { "title", "subtitle", "body" }) do
    local text = content[field]
    if type(text) == "string" then content[field] = mask(text, minimum, keep) end
  end
end

-- What is not masked yet must not be shown.
function plugin.time_will_expire(request, best_attempt)
  for _, field in ipairs({ "title", "subtitle", "body" }) do
    if best_attempt[field] then best_attempt[field] = "…" end
  end
end

return plugin
