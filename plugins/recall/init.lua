-- A push whose rc has "rc-dlt-identifier" says that an earlier message was recalled: it has nothing to show itself.
local plugin = {
  description = "Drops pushes that recall a message, and withdraws the message.",
  match = { ["/rc/rc-dlt-identifier"] = true },
  -- A recalled message must not be shown because this failed.
  on_fault = "drop",
}

-- The identifiers in a value: a text, a number, or a list of them.
local function identifiers(value)
  if type(value) == "number" then return { tostring(value) } end
  if type(value) == "string" then return { value } end
  if type(value) ~= "table" or #value == 0 then error("rc-dlt-identifier is neither a text nor a list of texts") end
  local found = {}
  for _, item in ipairs(value) do
    if type(item) == "table" then error("rc-dlt-identifier is a list of lists") end
    found[#found + 1] = identifiers(item)[1]
  end
  return found
end

function plugin.did_receive(request, content)
  local value = content.user_info.rc["rc-dlt-identifier"]
  -- Servers write these for "none".
  if value == "" or value == notilua.null then return end
  local recalled = identifiers(value)
  for _, identifier in ipairs(recalled) do notilua.withdraw(identifier) end
  return notilua.drop("recalls message " .. table.concat(recalled, ", "))
end

function plugin.time_will_expire(request, best_attempt) end

return plugin
