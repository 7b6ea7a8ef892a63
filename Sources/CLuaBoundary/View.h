// What the files of views share.

#ifndef VIEW_H
#define VIEW_H

#include "Boundary.h"

// Says what the next table is written for.
static inline void nl_name_subject(lua_State *L, const char *subject, const char *name, int64_t index) {
  nl_interpreter *interpreter = nl_of(L);
  interpreter->subject = subject;
  interpreter->subject_name = name;
  interpreter->subject_index = index;
}

// View.c: raises what the model refused, behind the place of the line that runs.
int nl_raise_refusal(lua_State *L, const nl_value *refusal);
// Sets what Lua's own messages call values with the metatable at the top.
void nl_set_type_name(lua_State *L, const char *name);

// ViewEdit.c: notes the line that wrote what the string at 2 names, where that is asked for.
void nl_note_write(lua_State *L, void *context, nl_answer answer);
int nl_write_member(lua_State *L);
int nl_write_element(lua_State *L);

// Property.c: the metatables of request, content, notification and response.
void nl_open_properties(lua_State *L, const nl_names *names);

#endif
