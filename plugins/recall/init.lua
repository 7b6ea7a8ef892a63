require("settings").read {}

-- A push whose rc has "rc-dlt-identifier" says that an earlier message was recalled: it has nothing to show itself.
---@type notilua.Plugin
local plugin = {
  description = "Drops pushes that recall a message, and withdraws the message.",
  match = { ["/rc/rc-dlt-identifier"] = true },
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

function plugin.did_receive(request, content)
  local value = content.user_info.rc["rc-dlt-identifier"]
  local list = type(value) == "table" and value or { value }
  -- Its JSON tells an empty object from an empty list.
  if #list == 0 and notilua.json.encode(list):sub(1, 1) == "{" then error("rc-dlt-identifier is an object") end
  local withdrawn, left, recalled = {}, {}, 0
  for _, item in ipairs(list) do
    -- Servers write these for "none".
    if item ~= "" and item ~= notilua.null then
      local cause = withdraw(item, withdrawn)
      if cause then left[cause] = (left[cause] or 0) + 1 end
      recalled = recalled + 1
    end
  end
  if recalled == 0 then return end
  for cause, count in pairs(left) do
    notilua.log.warn(count .. " of " .. recalled .. " recalled messages not withdrawn: " .. cause)
  end
  if #withdrawn == 0 then return notilua.drop("recalls a message") end
  return notilua.drop("recalls message" .. (#withdrawn > 1 and "s " or " ") .. table.concat(withdrawn, ", "))
end

return plugin
