require("settings").read {}

-- A push with "rc-dlt-identifier" says that an earlier message was recalled: it has nothing to show itself. Servers
-- write it into `rc`, or into the JSON text of `appData`, where shipped clients look for it.
local key = "rc-dlt-identifier"

---@type notilua.Plugin
local plugin = {
  description = "Drops pushes that recall a message, and withdraws the message.",
  match = { { ["/rc/rc-dlt-identifier"] = true }, { ["/appData"] = "*rc-dlt-identifier*" } },
  -- A recalled message must not be shown because this failed.
  on_fault = "drop",
}

-- What the host takes of one notification.
local most = 1000
local too_many = "a notification withdraws " .. most .. " others at most"
-- Lua has made a float of it, whose text might name another message.
local inexact = "a number with a fraction or of more than 64 bits is not exact; the server should write it as text"

-- A recalled message's identifier, or nil and why there is none.
local function identifier(value)
  if type(value) == "string" then return value end
  if math.type(value) == "integer" then return tostring(value) end
  if type(value) == "number" then return nil, inexact end
  error("rc-dlt-identifier is neither a text nor a list of texts")
end

-- Withdraws a message and notes it in `withdrawn`; where it cannot, gives the reason.
local function withdraw(value, withdrawn)
  local known, cause = identifier(value)
  if not known then return cause end
  if withdrawn[known] then return end
  if #withdrawn == most then return too_many end
  -- The host refuses an identifier that is too long; the others are withdrawn all the same.
  local is_done, refusal = pcall(notilua.withdraw, known)
  if not is_done then return refusal end
  withdrawn[known] = true
  withdrawn[#withdrawn + 1] = known
end

-- The identifiers of one place, as a list.
local function list(value)
  if type(value) ~= "table" then return { value } end
  -- Its JSON tells an empty object from an empty list.
  if #value == 0 and notilua.json.encode(value):sub(1, 1) == "{" then error("rc-dlt-identifier is an object") end
  return value
end

-- The object in appData; nil where it is another text.
local function app_data(payload)
  local text = payload.appData
  if type(text) == "string" and text:find(key, 1, true) then return (notilua.json.decode(text)) end
end

-- What a payload recalls in both places, each once.
local function recalled_messages(payload)
  local found, known = {}, {}
  for _, place in pairs { payload.rc, app_data(payload) } do
    for _, item in ipairs(type(place) == "table" and list(place[key]) or {}) do
      -- Servers write these for "none".
      if item ~= "" and item ~= notilua.null and not known[item] then
        known[item] = true
        found[#found + 1] = item
      end
    end
  end
  return found
end

function plugin.did_receive(request, content)
  local messages = recalled_messages(content.user_info)
  if #messages == 0 then return end
  local withdrawn, left = {}, {}
  for _, message in ipairs(messages) do
    local cause = withdraw(message, withdrawn)
    if cause then left[cause] = (left[cause] or 0) + 1 end
  end
  for cause, count in pairs(left) do
    notilua.log.warn(count .. " of " .. #messages .. " recalled messages not withdrawn: " .. cause)
  end
  if #withdrawn == 0 then return notilua.drop("recalls a message") end
  return notilua.drop("recalls message" .. (#withdrawn > 1 and "s " or " ") .. table.concat(withdrawn, ", "))
end

return plugin
