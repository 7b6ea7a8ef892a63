return {
  description = "Puts the messages of a conversation into one thread.",
  did_receive = function(request, content)
    local extra = notilua.push_extra(content.user_info)
    if extra then content.thread_identifier = extra.target_id end
  end,
}
