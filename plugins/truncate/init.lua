local plugin = {
  description = "Cuts the body, the subtitle and the title so that APNs takes the payload.",
}

local function size(content)
  return #notilua.json.encode(content.user_info)
end

-- Cuts one field until the payload fits, or there is nothing left of it.
local function cut(content, field, limit, ending)
  local text = content[field]
  while type(text) == "string" and #text > #ending do
    local excess = size(content) - limit
    if excess <= 0 then return end
    -- An escape in JSON takes more bytes than what it stands for: cut in proportion, and look again.
    local written = #notilua.json.encode(text) - 2
    local target = #text * (written - excess) // written
    text = notilua.text.truncate(text, math.max(math.min(target, #text - 1), #ending), ending, "bytes")
    content[field] = text
  end
end

function plugin.did_receive(request, content)
  local settings = request.settings
  local limit = settings.limit or (request.push_type == "voip" and 5120 or 4096)
  if size(content) <= limit then return end
  for _, field in ipairs({ "body", "subtitle", "title" }) do
    cut(content, field, limit, settings.ending or "…")
  end
  if size(content) > limit then notilua.log.warn("the payload is too large even without its text") end
end

function plugin.time_will_expire(request, best_attempt) end

return plugin
