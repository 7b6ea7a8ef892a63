local settings = require "settings"

local own = settings.read { limit = settings.integer(nil, 1), ending = settings.text("…") }

---@type notilua.Plugin
local plugin = {
  description = "Cuts the body, the subtitle and the title so that APNs takes the payload.",
}

local fields = { "body", "subtitle", "title" }

local function size(content) return #notilua.json.encode(content.user_info) end

-- The bytes that a text takes between its quotes.
local function written(text) return #notilua.json.encode(text) - 2 end

-- Writes every text without the escapes that it does not need, and tells how many bytes they take now.
local function write_plainly(content)
  local bytes = 0
  for _, field in ipairs(fields) do
    local text = content[field]
    if type(text) == "string" then
      content[field] = nil
      content[field] = text
      bytes = bytes + math.max(written(text) - written(own.ending), 0)
    end
  end
  return bytes
end

-- Cuts one field until the payload fits, or there is nothing left of it.
local function cut(content, field, limit)
  local text = content[field]
  while type(text) == "string" and #text > #own.ending do
    local excess = size(content) - limit
    if excess <= 0 then return end
    -- An escape takes more bytes than what it stands for: cut in proportion, and look again.
    local target = #text * math.max(written(text) - excess, 0) // written(text)
    text = notilua.text.truncate(text, math.max(math.min(target, #text - 1), #own.ending), own.ending, "bytes")
    content[field] = text
  end
end

function plugin.did_receive(request, content)
  local limit = own.limit or (request.push_type == "voip" and 5120 or 4096)
  if size(content) <= limit then return end
  local most = write_plainly(content)
  local excess = size(content) - limit
  if excess <= 0 then return end
  if excess > most then
    notilua.log.warn("the payload is too large even without its text, which is left as it was")
    return
  end
  for _, field in ipairs(fields) do cut(content, field, limit) end
end

function plugin.time_will_expire(request, best_attempt) end

return plugin
