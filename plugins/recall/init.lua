-- A push whose rc has "rc-dlt-identifier" says that an earlier message was recalled: it has nothing to show itself.
local plugin = {
  description = "Drops pushes that recall a message, and withdraws the message.",
  match = { ["/rc/rc-dlt-identifier"] = true },
  -- A recalled message must not be shown because this failed.
  on_fault = "drop",
}

function plugin.did_receive(request, content)
  local identifier = content.user_info.rc["rc-dlt-identifier"]
  if type(identifier) ~= "string" or identifier == "" then return end
  notilua.withdraw(identifier)
  return notilua.drop("recalls message " .. identifier)
end

function plugin.time_will_expire(request, best_attempt) end

return plugin
