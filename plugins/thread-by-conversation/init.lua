local plugin = {
  description = "Groups chat messages by their conversation.",
  match = { push_type = "alert", ["/rc/tId"] = true },
}

function plugin.did_receive(request, content)
  local rc = content.user_info.rc
  local thread = (rc.cType or "PR") .. ":" .. rc.tId
  -- A channel inside of a super group is a conversation of its own.
  if rc.bId and rc.bId ~= "" then thread = thread .. ":" .. rc.bId end
  content.thread_identifier = thread
end

function plugin.time_will_expire(request, best_attempt) end

return plugin
