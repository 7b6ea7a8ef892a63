local plugin = {
  description = "Drops, empties or rewrites what matches the operator's patterns.",
  match = { push_type = "alert" },
  -- What was to be redacted must not be shown because this failed.
  on_fault = "drop",
}

local fields = { "title", "subtitle", "body" }

local function apply(rule, content)
  local pattern = rule.pattern or error("a rule has no pattern")
  local action = rule.action or "replace"
  for _, field in ipairs(rule.fields or fields) do
    local text = content[field]
    if type(text) == "string" and text:find(pattern, 1, rule.plain) then
      if action == "drop" then
        return notilua.drop("redacted: " .. (rule.name or field))
      elseif action == "empty" then
        content[field] = rule.with or "…"
      elseif action == "replace" then
        if rule.plain then pattern = pattern:gsub("%p", "%%%0") end
        local with = (rule.with or "…"):gsub("%%", "%%%%")
        content[field] = text:gsub(pattern, with)
      else
        error("a rule's action is '" .. action .. "'; use drop, empty or replace")
      end
    end
  end
end

function plugin.did_receive(request, content)
  for _, rule in ipairs(request.settings.rules or {}) do
    local verdict = apply(rule, content)
    if verdict then return verdict end
  end
end

return plugin
