---@meta
-- Made by 'notilua manual --editor'. What a plugin finds in its environment, for editors.

---@class notilua.Request
-- Read only, but for what a capability lets a plugin write.
---@field identifier string What the notification is known by: apns-collapse-id, else apns-id, else id, else rc.id, else a new UUID.
---@field device_token string? A name for the device: 32 digits of the SHA-256 of its token in small letters, never the token itself.
---@field locale string? The recipient's first preference, BCP 47, or nil.
---@field time_zone string? The recipient's time zone by its name in IANA's database, such as "Europe/Rome", or nil; notilua.time uses it.
---@field environment string? "sandbox", "production" or nil.
---@field topic string? apns-topic, or nil. Written with the capability `delivery`.
---@field push_type string apns-push-type; without it the one that the topic and the payload stand for. Written with the capability `delivery`.
---@field priority integer? apns-priority as a number, or nil. Written with the capability `delivery`.
---@field collapse_id string? apns-collapse-id, or nil. Written with the capability `delivery`.
---@field expiration integer? apns-expiration in seconds since 1970, or nil. Written with the capability `delivery`.
---@field received_at number When the host read the notification, in seconds since 1970.
---@field settings table The operator's settings for this plugin, read only.
---@field content notilua.Content The content.

---@class notilua.Content
---@field title string? The alert's title.
---@field subtitle string? The alert's subtitle.
---@field body string? The alert's text.
---@field badge integer? The number on the app's icon; 0 removes it, nil leaves it.
---@field sound string|notilua.Sound|nil A sound's file name, "default", or { critical, name, volume }.
---@field thread_identifier string? What notifications are grouped by.
---@field category_identifier string? The category, which has the actions.
---@field target_content_identifier string? The scene to bring forward.
---@field interruption_level "passive"|"active"|"time-sensitive"|"critical"|nil "passive", "active", "time-sensitive" or "critical".
---@field relevance_score number? How early a summary shows it, 0 to 1.
---@field filter_criteria string? What a Focus filters by.
---@field launch_image_name string? The launch image.
---@field title_loc_key string? The key of a localised title.
---@field title_loc_args string[]? What fills the placeholders of the title.
---@field subtitle_loc_key string? The key of a localised subtitle.
---@field subtitle_loc_args string[]? What fills those of the subtitle.
---@field body_loc_key string? The key of a localised text.
---@field body_loc_args string[]? What fills the placeholders of the text.
---@field attachments notilua.Attachment[] A list of { identifier, url, options }: files beside the payload, which the outcome has.
---@field user_info table<string, any> The whole payload, custom keys and aps.

---@class notilua.LocalTime
---@field year integer
---@field month integer
---@field day integer
---@field hour integer
---@field min integer
---@field sec integer
---@field wday integer The day of the week; 1 is Sunday.
---@field yday integer The day of the year, from 1.
---@field isdst boolean
---@field offset integer The seconds that the clock is ahead of UTC.
---@field abbreviation string Such as "CEST".

---@class notilua.PushExtra
---@field channel_type? string The kind of channel, such as "PR" or "GRP": `cType`.
---@field channel_id? string The channel within a super group, perhaps "": `bId`.
---@field sender_id? string The user who sent the message: `fId`.
---@field object_name? string The type of the message, such as "RC:TxtMsg": `oName`.
---@field target_id? string The conversation: `tId`.
---@field recipient_id? string The user who receives it: `rId`.
---@field message_id? string The message: `id`.
---@field app_data? string The sender's own data: `appData`.
---@field recalled_ids string[] The messages that are recalled.

---@class notilua.Attachment
---@field identifier? string What it is known by.
---@field url string The URL of a file.
---@field options? table type_hint, thumbnail_hidden, thumbnail_clipping_rect, thumbnail_time.

---@class notilua.Sound
---@field name? string The sound's file name, or "default".
---@field critical? boolean|integer Whether it plays where the device is muted.
---@field volume? number 0 to 1, of a critical sound.

---@class notilua.Drop

---@class notilua.Null

---@alias notilua.ResponseOption "do_not_dismiss"|"dismiss"|"dismiss_and_forward_action"

---A service extension's handler.
---@alias notilua.DidReceive fun(request: notilua.Request, content: notilua.Content): (notilua.Content|notilua.Drop|nil)

---What service and content extensions have in common.
---@class notilua.AnyPlugin
---@field description? string One line for people.
---@field match? table<string, string|string[]|boolean>|table<string, string|string[]|boolean>[] Which notifications it is for.
---@field capabilities? string[] What it asks the host for.
---@field on_fault? "skip"|"original"|"drop"|"halt" What is done on a fault.
---@field fresh_state? boolean Whether every notification has a new Lua state.

---A service extension: `---@type notilua.Plugin` above its table types the handlers.
---@class notilua.Plugin: notilua.AnyPlugin
---@field kind? "service"
---@field did_receive? notilua.DidReceive
---@field time_will_expire? fun(request: notilua.Request, best_attempt: notilua.Content): (notilua.Content|notilua.Drop|nil)

---A content extension: `---@type notilua.ContentPlugin` above its table types the handlers.
---@class notilua.ContentPlugin: notilua.AnyPlugin
---@field kind? "content"
---@field categories? string[] What it presents.
---@field initial_content_size_ratio? number
---@field default_content_hidden? boolean
---@field overrides_default_title? boolean
---@field user_interaction_enabled? boolean
---@field did_receive? fun(notification: notilua.Notification, view: notilua.View)
---@field did_receive_response? fun(response: notilua.Response, view: notilua.View): notilua.ResponseOption?
---@field media_play? fun(view: notilua.View)
---@field media_pause? fun(view: notilua.View)

---@class notilua
notilua = {}

---JSON's null.
---@type notilua.Null
notilua.null = {}

---The operator's settings for this plugin, read only.
---@type table<string, any>
notilua.settings = {}

---Marks a table, so that it is an array also when it is empty.
---@param t? table
---@return table
function notilua.array(t) end

---@class notilua.Notification
-- Read only.
---@field date number When it came, in seconds since 1970.
---@field request notilua.Request The request, which has the content as `request.content`; to be read only.

---@class notilua.Response
-- Read only.
---@field action_identifier string The action that was chosen: its identifier, `default` or `dismiss`.
---@field user_text string? What was written, or nil.
---@field notification notilua.Notification The notification.

---@class notilua.View
local view = {}

---@class notilua.Case
---@field given table|string The payload, its text, or { file = ... }.
---@field request? table headers, locale, time_zone, environment, id, device_token.
---@field settings? table
---@field now? string|number
---@field time_zone? string
---@field seed? integer
---@field keys? table<string, string>
---@field strings? table catalogs, device, locale.
---@field plugins? table|string
---@field capabilities? (string|table)[]
---@field on_fault? "skip"|"original"|"drop"|"halt"
---@field limits? table
---@field present? table view, response, media, attachments: what a content extension is asked for.
---@field may_fault? boolean Whether a fault is no failure.

---@class notilua.Test
---@field equal fun(got: any, wanted: any, what?: string) Fails where two values differ, tables member by member.
---@field ok fun(value: any, what?: string) Fails where the value is nil or false.
---@field matches fun(text: string, pattern: string, what?: string) Fails where a text has no match of a Lua pattern.
---@field raises fun(run: function, pattern?: string, what?: string) Fails where a function raises no error, or one without a match.
---@field fail fun(what?: string) Fails.
---@field run fun(case: notilua.Case): table Runs a case, and gives its outcome, with the content's properties in `content`.

---A test, in a file NAME_test.lua.
---@param name string
---@param run fun(t: notilua.Test)
function test(name, run) end

---Makes the result that drops the notification.
---@param reason string Why, for the audit.
---@return notilua.Drop verdict What `did_receive` returns.
function notilua.drop(reason) end

---Says that an earlier notification must not be shown any longer.
---@param identifier string The earlier notification's `request.identifier`.
function notilua.withdraw(identifier) end

---Makes a deep copy of a value.
---@param value any What to copy.
---@return any copy The copy.
function notilua.copy(value) end

---@class notilua.log
notilua.log = {}

---Logs what only matters to the plugin's author.
---@param ... any What to log.
function notilua.log.debug(...) end

---Logs what the operator may want to know.
---@param ... any What to log.
function notilua.log.info(...) end

---Logs what the operator should look at.
---@param ... any What to log.
function notilua.log.warn(...) end

---Logs what went wrong.
---@param ... any What to log.
function notilua.log.error(...) end

---Logs its arguments, as notilua.log.info does.
---@param ... any What to log.
function print(...) end

---@class notilua.json
notilua.json = {}

---Writes a value as JSON.
---@param value any What to write.
---@return string json The text.
function notilua.json.encode(value) end

---Reads a JSON text as a value.
---@param json string The text.
---@return any value What it says, or nil.
---@return string? reason Why it says nothing.
function notilua.json.decode(json) end

---@class notilua.text
notilua.text = {}

---Cuts text to a number of characters or bytes, on a character's border.
---@param text string The text.
---@param limit integer The most that is left.
---@param ending? string What stands for the rest; "…" without it.
---@param unit? string "characters" or "bytes".
---@return string text The text, or its beginning and the ending.
function notilua.text.truncate(text, limit, ending, unit) end

---Counts the characters of a text as a person does.
---@param text string The text.
---@return integer count The number of characters.
function notilua.text.length(text) end

---Makes every letter of a text a capital, in any script.
---@param text string The text.
---@return string text The text in capitals.
function notilua.text.upper(text) end

---Makes every letter of a text small, in any script.
---@param text string The text.
---@return string text The text in small letters.
function notilua.text.lower(text) end

---Writes a text in a normal form of Unicode, so that equal texts have equal bytes.
---@param text string The text.
---@param form? string "NFC", "NFD", "NFKC" or "NFKD".
---@return string text The text in that form.
function notilua.text.normalize(text, form) end

---Folds the case of a text, so that texts that differ in case alone become equal.
---@param text string The text.
---@return string text The text without differences of case.
function notilua.text.fold(text) end

---@class notilua.base64
notilua.base64 = {}

---Writes bytes in base 64.
---@param bytes string The bytes.
---@return string text The text, padded (RFC 4648 §4).
function notilua.base64.encode(bytes) end

---Reads bytes from base 64.
---@param text string The text.
---@return string? bytes The bytes, or nil.
---@return string? reason Why there are none.
function notilua.base64.decode(text) end

---@class notilua.hex
notilua.hex = {}

---Writes bytes as hexadecimal digits.
---@param bytes string The bytes.
---@return string text Two small digits a byte.
function notilua.hex.encode(bytes) end

---Reads bytes from hexadecimal digits.
---@param text string The digits.
---@return string? bytes The bytes, or nil.
---@return string? reason Why there are none.
function notilua.hex.decode(text) end

---Computes the SHA-256 digest of bytes.
---@param bytes string The bytes.
---@return string digest 32 bytes (FIPS 180-4).
function notilua.sha256(bytes) end

---Computes the HMAC of bytes with SHA-256.
---@param key string The key.
---@param bytes string The bytes.
---@return string code 32 bytes (RFC 2104).
function notilua.hmac_sha256(key, bytes) end

---Finds the text of a key in the recipient's language, and fills in its arguments.
---@param key string|table The key, or a table with all there is to say.
---@param ... any What fills the specifiers of the text: texts, numbers, or one list of them.
---@return string text The text, or the key where there is none.
---@return string? language The language that answered, or nil.
function notilua.localize(key, ...) end

---Writes the alert's texts in the recipient's language in the place of their keys, as a device does.
---@param options? table Which table is looked in, and how.
---@return integer count How many texts were written.
function notilua.localize_alert(options) end

---Makes a random UUID.
---@return string uuid 36 characters.
function notilua.uuid() end

---Tells the time.
---@return number seconds Seconds since 1970, with a fraction.
function notilua.now() end

---@class notilua.time
notilua.time = {}

---Reads a time that is written as in RFC 3339 or RFC 2822.
---@param text string The text.
---@return number? seconds Seconds since 1970, whole where the text has no fraction; or nil.
---@return string? reason Why there are none.
function notilua.time.parse(text) end

---Gives the moment of a date and a time in UTC.
---@param fields table The date and the time.
---@return integer seconds Seconds since 1970.
function notilua.time.utc(fields) end

---Shows a moment on the clock of a time zone, with the zone's rules for that day.
---@param seconds number Seconds since 1970.
---@param zone string The name of the zone.
---@return notilua.LocalTime fields The date and the time there.
function notilua.time.to_local(seconds, zone) end

---Gives the moment at which the clock of a time zone shows a date and a time.
---@param fields table The date and the time there.
---@param zone string The name of the zone.
---@return integer seconds Seconds since 1970.
function notilua.time.from_local(fields, zone) end

---Writes a moment as text, in UTC or in a time zone.
---@param seconds number Seconds since 1970.
---@param format? string The format.
---@param zone? string The name of the zone; UTC without it.
---@return string text The text.
function notilua.time.format(seconds, format, zone) end

---@class notilua.crypto
notilua.crypto = {}

---Opens a text that was sealed with AES-256-GCM.
---Needs the capability `crypto`.
---@param key string The key's name in the configuration.
---@param sealed string Nonce, ciphertext and tag.
---@param additional_data? string What was authenticated beside the text.
---@return string? text The text, or nil.
---@return string? reason Why there is none.
function notilua.crypto.open(key, sealed, additional_data) end

---Reads what the push of a chat message says beside `aps`: `rc` and `appData`.
---@param payload table|string The payload.
---@return notilua.PushExtra? extra Its values; nil where it is not the push of a chat message.
function notilua.push_extra(payload) end

---Adds a paragraph.
---@param content string|table The text, or a list of its pieces.
---@param style? string `title`, `body` or `caption`; without it `body`.
---@param alignment? string `start`, `center` or `end`; without it `start`.
function view.text(content, style, alignment) end

---Adds the picture of an attachment.
---@param attachment string The attachment's identifier.
---@param caption? string What stands below it, and is read aloud in its place.
---@param form? table A table with `fit`, `size` and `alignment`.
function view.image(attachment, caption, form) end

---Adds up to four columns, side by side.
---@param columns table A list of columns.
function view.columns(columns) end

---Adds names and what they stand for, in two columns.
---@param fields table A list of pairs.
function view.fields(fields) end

---Adds a bar that shows how much of something is done.
---@param value number 0 to 1; what is beyond is taken for the nearest, and what seems to be a percentage is logged.
---@param label? string What stands beside it.
function view.progress(value, label) end

---Adds the time that is left until an instant, which goes on while it is shown on a desktop.
---@param time number The instant, in seconds since 1970.
---@param label? string What stands beside it.
function view.countdown(time, label) end

---Adds steps, one below the other.
---@param steps table A list of steps.
function view.timeline(steps) end

---Adds places, as a list.
---@param places table A list of places.
function view.places(places) end

---Adds a map: places, a route and a circle on a plain ground, without streets.
---@param map table A table with `places`, `route` and `circle`.
function view.map(map) end

---Adds messages; those that follow messages go on with them.
---@param messages table A list of messages, the oldest first.
function view.conversation(messages) end

---Adds buttons inside of the view; a plugin with `user_interaction_enabled` may.
---@param buttons table A list of buttons.
function view.buttons(buttons) end

---Adds a field for text inside of the view; a plugin with `user_interaction_enabled` may.
---@param identifier string What the response has as its action.
---@param placeholder? string What stands in the empty field.
---@param button_title? string What the button says that sends.
function view.text_input(identifier, placeholder, button_title) end

---Adds a sound or a film with a button that plays it.
---@param attachment string The attachment's identifier.
---@param title? string What it is.
---@param playing? boolean Whether it plays.
function view.media(attachment, title, playing) end

---Sets what stands in the place of the app's name; a plugin with `overrides_default_title` may.
---@param title string The title.
function view.title(title) end

---Puts other actions in the place of the category's.
---@param actions table A list of actions, ten at most.
function view.actions(actions) end

---Asks a desktop to show the notification in another way than its category says.
---@param wishes table A table with `transient`, `expires_after` and `tag`.
function view.desktop(wishes) end

---Takes all elements away, and what was put in the place of title, actions and the category's ways.
function view.clear() end

-- Lua's own functions, as far as plugins have them.

---@class string: stringlib

---The globals.
---@type table<string, any>
_G = {}

---Lua's version.
_VERSION = "Lua 5.4"

---Raises an error where a value is nil or false; else returns all arguments.
---@generic T
---@param v? T The value.
---@param message? any The error.
---@param ... any
---@return T v
---@return any ...
function assert(v, message, ...) end

---Raises an error, with the place of the call before a text.
---@param message any The error.
---@param level? integer Whose place is named: 1 this function's (without it), 2 its caller's, 0 none.
function error(message, level) end

---Goes through a list: for index, value in ipairs(list).
---@generic V
---@param t V[]|table<integer, V> The list.
---@return fun(t: V[], i?: integer): integer, V iterator
---@return V[] t
---@return integer i
function ipairs(t) end

---Returns the next key of a table and its value.
---@generic K, V
---@param t table<K, V> The table.
---@param key? K The key before; without it the first is returned.
---@return K? key
---@return V? value
function next(t, key) end

---Goes through a table: for key, value in pairs(t). Objects of a payload come in their order.
---@generic K, V
---@param t table<K, V>|V[] The table.
---@return fun(t: table<K, V>, key?: K): K, V iterator
---@return table<K, V> t
---@return nil
function pairs(t) end

---Calls a function; an error is returned instead of raised. A limit cannot be caught.
---@param f function The function.
---@param ... any Its arguments.
---@return boolean isGood
---@return any ... Its results, or the error.
function pcall(f, ...) end

---Loads a module once: NAME.lua in the plugin's folder, else in lib beside it.
---@param name string The module's name.
---@return any module
function require(name) end

---Returns its arguments from the n-th on, or their number for "#".
---@param n integer|"#" Which is the first; a negative one counts from the end.
---@param ... any
---@return any ...
function select(n, ...) end

---Reads a number.
---@param text any The text, or a number.
---@param base? integer The base, 2 to 36; without it as Lua writes numbers.
---@return number? number
function tonumber(text, base) end

---Writes a value as text, without addresses.
---@param value any The value.
---@return string text
function tostring(value) end

---Returns the name of a value's type. An object or array of a payload is a table.
---@param value any The value.
---@return "nil"|"number"|"string"|"boolean"|"table"|"function"|"userdata" type
function type(value) end

---@class stringlib
string = {}

---Returns bytes of a text as numbers.
---@param s string|number The text.
---@param i? integer The first; without it 1.
---@param j? integer The last; without it the first.
---@return integer ...
function string.byte(s, i, j) end

---Makes a text of bytes.
---@param ... integer The bytes.
---@return string text
function string.char(...) end

---Finds a pattern.
---@param s string|number The text.
---@param pattern string|number What is looked for.
---@param init? integer Where to begin; without it 1.
---@param plain? boolean Whether the pattern is taken as it stands.
---@return integer? first
---@return integer? last
---@return any ... The captures.
function string.find(s, pattern, init, plain) end

---Fills in a format: %s, %d, %5.2f, %q, %x and more.
---@param format string|number The format.
---@param ... any What fills it.
---@return string text
function string.format(format, ...) end

---Goes through the matches of a pattern: for match in s:gmatch(pattern).
---@param s string|number The text.
---@param pattern string|number The pattern.
---@param init? integer Where to begin; without it 1.
---@return fun(): string, ... iterator
function string.gmatch(s, pattern, init) end

---Replaces the matches of a pattern; returns the text, and how many there were.
---@param s string|number The text.
---@param pattern string|number The pattern.
---@param replacement string|number|table|function A text with %0 to %9, a table by the first capture, or a function of the captures.
---@param n? integer How many at most.
---@return string text
---@return integer count
function string.gsub(s, pattern, replacement, n) end

---Returns the number of bytes.
---@param s string|number The text.
---@return integer count
function string.len(s) end

---Makes the letters of ASCII small; notilua.text.lower knows every script.
---@param s string|number The text.
---@return string text
function string.lower(s) end

---Returns the captures of a pattern's first match, or the match.
---@param s string|number The text.
---@param pattern string|number The pattern.
---@param init? integer Where to begin; without it 1.
---@return any ...
function string.match(s, pattern, init) end

---Writes values as bytes.
---@param format string The format.
---@param ... string|number The values.
---@return string bytes
function string.pack(format, ...) end

---Returns how many bytes a format stands for.
---@param format string The format.
---@return integer count
function string.packsize(format) end

---Repeats a text.
---@param s string|number The text.
---@param n integer How often.
---@param separator? string|number What stands between.
---@return string text
function string.rep(s, n, separator) end

---Turns the bytes of a text around.
---@param s string|number The text.
---@return string text
function string.reverse(s) end

---Returns bytes of a text; notilua.text.truncate cuts on a character's border.
---@param s string|number The text.
---@param i integer The first; a negative one counts from the end.
---@param j? integer The last; without it all to the end.
---@return string text
function string.sub(s, i, j) end

---Reads values from bytes.
---@param format string The format.
---@param bytes string The bytes.
---@param position? integer Where to begin; without it 1.
---@return any ... The values, and where the next begins.
function string.unpack(format, bytes, position) end

---Makes the letters of ASCII capitals; notilua.text.upper knows every script.
---@param s string|number The text.
---@return string text
function string.upper(s) end

---@class tablelib
table = {}

---Joins the texts and numbers of a list.
---@param list table The list.
---@param separator? string What stands between.
---@param i? integer The first; without it 1.
---@param j? integer The last; without it the list's.
---@return string text
function table.concat(list, separator, i, j) end

---Puts a value into a list.
---@overload fun(list: table, value: any)
---@param list table The list.
---@param position integer Before which element.
---@param value any The value.
function table.insert(list, position, value) end

---Copies elements of a list, a million at most.
---@param list table The list.
---@param first integer The first.
---@param last integer The last.
---@param position integer Where they go.
---@param other? table Into which list; without it the same.
---@return table other
function table.move(list, first, last, position, other) end

---Makes a table of its arguments, with their number in the field n.
---@param ... any
---@return table list
function table.pack(...) end

---Takes an element out of a list.
---@param list table The list.
---@param position? integer Which; without it the last.
---@return any value
function table.remove(list, position) end

---Sorts a list in place.
---@generic V
---@param list V[] The list.
---@param isBefore? fun(a: V, b: V): boolean Whether the first belongs before the second; without it <.
function table.sort(list, isBefore) end

---Returns the elements of a list.
---@generic V
---@param list V[] The list.
---@param i? integer The first; without it 1.
---@param j? integer The last; without it the list's.
---@return V ...
function table.unpack(list, i, j) end

---@class mathlib
math = {}

---Greater than every other number.
---@type number
math.huge = 0.0

---3.1415926535898.
---@type number
math.pi = 0.0

---The greatest integer.
---@type integer
math.maxinteger = 0

---The least integer.
---@type integer
math.mininteger = 0

---Returns a number without its sign.
---@generic N: number
---@param x N
---@return N
function math.abs(x) end

---Returns the arc cosine, in radians.
---@param x number
---@return number
function math.acos(x) end

---Returns the arc sine, in radians.
---@param x number
---@return number
function math.asin(x) end

---Returns the arc tangent of y / x, in radians.
---@param y number
---@param x? number Without it 1.
---@return number
function math.atan(y, x) end

---Returns the least whole number that is not less.
---@param x number
---@return integer
function math.ceil(x) end

---Returns the cosine of an angle in radians.
---@param x number
---@return number
function math.cos(x) end

---Turns radians into degrees.
---@param x number
---@return number
function math.deg(x) end

---Returns e to the power of x.
---@param x number
---@return number
function math.exp(x) end

---Returns the greatest whole number that is not greater.
---@param x number
---@return integer
function math.floor(x) end

---Returns what is left of x divided by y, with the sign of x.
---@generic N: number
---@param x N
---@param y N
---@return N
function math.fmod(x, y) end

---Returns the logarithm.
---@param x number
---@param base? number Without it e.
---@return number
function math.log(x, base) end

---Returns the greatest.
---@overload fun(x: integer, ...: integer): integer
---@param x number
---@param ... number
---@return number
function math.max(x, ...) end

---Returns the least.
---@overload fun(x: integer, ...: integer): integer
---@param x number
---@param ... number
---@return number
function math.min(x, ...) end

---Returns the whole part of a number, and what is behind its point.
---@param x number
---@return number whole
---@return number fraction
function math.modf(x) end

---Turns degrees into radians.
---@param x number
---@return number
function math.rad(x) end

---Returns a random number: of 0 to 1 (1 excluded), or a whole one of 1 to m, or of m to n.
---@overload fun(): number
---@param m integer
---@param n? integer
---@return integer
function math.random(m, n) end

---Returns the sine of an angle in radians.
---@param x number
---@return number
function math.sin(x) end

---Returns the square root.
---@param x number
---@return number
function math.sqrt(x) end

---Returns the tangent of an angle in radians.
---@param x number
---@return number
function math.tan(x) end

---Returns a number as an integer where it is whole.
---@param x any
---@return integer? integer
function math.tointeger(x) end

---Returns "integer" or "float", or nil for what is no number.
---@param x any
---@return "integer"|"float"|nil kind
function math.type(x) end

---Compares two integers as if they had no sign.
---@param m integer
---@param n integer
---@return boolean isLess
function math.ult(m, n) end

---@class utf8lib
utf8 = {}

---The pattern of one character.
---@type string
utf8.charpattern = ""

---Makes a text of code points.
---@param ... integer
---@return string text
function utf8.char(...) end

---Returns code points of a text.
---@param s string The text.
---@param i? integer The first byte; without it 1.
---@param j? integer The last byte; without it the first.
---@param lax? boolean Whether code points beyond U+10FFFF are taken.
---@return integer ...
function utf8.codepoint(s, i, j, lax) end

---Goes through the characters: for position, code in utf8.codes(s).
---@param s string The text.
---@param lax? boolean
---@return fun(s: string, position?: integer): integer, integer iterator
---@return string s
---@return integer position
function utf8.codes(s, lax) end

---Returns the number of code points; notilua.text.length counts as people do.
---@param s string The text.
---@param i? integer The first byte; without it 1.
---@param j? integer The last byte; without it -1.
---@param lax? boolean
---@return integer? count
---@return integer? position Where the text is not UTF-8.
function utf8.len(s, i, j, lax) end

---Returns the byte at which the n-th character begins.
---@param s string The text.
---@param n integer Which; a negative one counts from the end.
---@param i? integer From which byte.
---@return integer position Or nil.
function utf8.offset(s, n, i) end

---@class oslib
os = {}

---Returns the seconds of CPU time so far.
---@return number seconds
function os.clock() end

---Writes a time; "*t" makes a table of its parts, "!" before the format is UTC.
---@overload fun(format: "*t"|"!*t", time?: number): osdate
---@param format? string The format of strftime; without it "%c".
---@param time? number Seconds since 1970, whose fraction is left out; without it the time now.
---@return string text
function os.date(format, time) end

---Returns the seconds between two times.
---@param later number
---@param earlier number
---@return number seconds
function os.difftime(later, earlier) end

---Returns the time now, or of a table's parts in local time, in seconds since 1970.
---@param parts? osdate|{ year: integer, month: integer, day: integer, hour?: integer, min?: integer, sec?: integer, isdst?: boolean }
---@return integer seconds
function os.time(parts) end

---@class osdate
---@field year integer
---@field month integer 1 to 12.
---@field day integer 1 to 31.
---@field hour integer 0 to 23.
---@field min integer
---@field sec integer
---@field wday integer 1 is Sunday.
---@field yday integer 1 is the first of January.
---@field isdst boolean
