/**
 * The trailers that stand anywhere in a commit's message, each paragraph as a message of its own: a squash puts our
 * message inside a larger one, and may add paragraphs behind it.
 */
export function messagesWithin(message: string): readonly string[] {
	return message
		.replaceAll('\r\n', '\n')
		.split(/\n[ \t]*\n/)
		.filter((paragraph) => /^Failover-[A-Za-z-]+:/m.test(paragraph))
		.map((paragraph) => `squashed\n\n${paragraph.trim()}`);
}
