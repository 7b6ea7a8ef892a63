---@meta
-- Made by 'notilua manual --editor'. What a plugin finds in its environment, for editors.

---@class notilua.Request
-- Read only.
---@field identifier string What the notification is known by: apns-collapse-id, else apns-id, else id, else rc.id, else a new UUID.
---@field device_token string? A name for the device: 32 digits of the SHA-256 of its token in small letters, never the token itself.
---@field locale string? The recipient's first preference, BCP 47, or nil.
---@field environment string? "sandbox", "production" or nil.
---@field topic string? apns-topic, or nil.
---@field push_type string apns-push-type; without it the one that the topic and the payload stand for.
---@field priority integer? apns-priority as a number, or nil.
---@field collapse_id string? apns-collapse-id, or nil.
---@field expiration integer? apns-expiration in seconds since 1970, or nil.
---@field received_at number When the host read the notification, in seconds since 1970.
---@field settings table The operator's settings for this plugin, read only.
---@field content notilua.Content The content.

---@class notilua.Content
---@field title string? The alert's title.
---@field subtitle string? The alert's subtitle.
---@field body string? The alert's text.
---@field badge integer? The number on the app's icon; 0 removes it, nil leaves it.
---@field sound string|table|nil A sound's file name, "default", or { critical, name, volume }.
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
---@field user_info table The whole payload, custom keys and aps.

---@class notilua.Attachment
---@field identifier? string What it is known by.
---@field url string The URL of a file.
---@field options? table type_hint, thumbnail_hidden, thumbnail_clipping_rect, thumbnail_time.

---@class notilua.Drop

---@alias notilua.ResponseOption "do_not_dismiss"|"dismiss"|"dismiss_and_forward_action"

---@class notilua.Plugin
---@field kind? "service"|"content"
---@field description? string
---@field categories? string[] Of a content extension: what it presents.
---@field initial_content_size_ratio? number
---@field default_content_hidden? boolean
---@field overrides_default_title? boolean
---@field user_interaction_enabled? boolean
---@field did_receive_response? fun(response: notilua.Response, view: notilua.View): notilua.ResponseOption?
---@field media_play? fun(view: notilua.View)
---@field media_pause? fun(view: notilua.View)
---@field match? table<string, string|string[]|boolean>
---@field capabilities? string[]
---@field on_fault? "skip"|"original"|"drop"|"halt"
---@field fresh_state? boolean
---@field did_receive notilua.DidReceive
---@field time_will_expire? fun(request: notilua.Request, best_attempt: notilua.Content)

notilua = {}

---JSON's null.
notilua.null = nil

---The operator's settings for this plugin, read only.
---@type table
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

---A service extension's handler is called with a request and its content, a content extension's with a
---notification and its view.
---@alias notilua.DidReceive fun(request: any, content: any): notilua.Content|notilua.Drop|nil

---@class notilua.View
local view = {}

---@class notilua.Case
---@field given table|string The payload, its text, or { file = ... }.
---@field request? table headers, locale, environment, id, device_token.
---@field settings? table
---@field now? string|number
---@field time_zone? string
---@field seed? integer
---@field keys? table<string, string>
---@field strings? table catalogs, device, locale.
---@field plugins? table|string
---@field capabilities? string[]
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

notilua.crypto = {}

---Opens a text that was sealed with AES-256-GCM.
---@param key string The key's name in the configuration.
---@param sealed string Nonce, ciphertext and tag.
---@param additional_data? string What was authenticated beside the text.
---@return string? text The text, or nil.
---@return string? reason Why there is none.
function notilua.crypto.open(key, sealed, additional_data) end

---Adds a paragraph.
---@param content string|table The text, or a list of its pieces.
---@param style? string `title`, `body` or `caption`; without it `body`.
function view.text(content, style) end

---Adds the picture of an attachment.
---@param attachment string The attachment's identifier.
---@param caption? string What stands below it, and is read aloud in its place.
function view.image(attachment, caption) end

---Adds names and what they stand for, in two columns.
---@param fields table A list of pairs.
function view.fields(fields) end

---Adds a bar that shows how much of something is done.
---@param value number 0 to 1; what is beyond is taken for the nearest.
---@param label? string What stands beside it.
function view.progress(value, label) end

---Adds steps, one below the other.
---@param steps table A list of steps.
function view.timeline(steps) end

---Adds places, as a list.
---@param places table A list of places.
function view.places(places) end

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

---Takes all elements away, and what was put in the place of title and actions.
function view.clear() end
