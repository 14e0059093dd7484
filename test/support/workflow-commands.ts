// Reads workflow commands the way the runner of GitHub Actions does.

export interface WorkflowCommand {
	readonly name: string;
	readonly properties: Readonly<Record<string, string>>;
	readonly message: string;
}

/** The command of a line of a log; `undefined` for a line that is none. */
export function readWorkflowCommand(line: string): WorkflowCommand | undefined {
	if (!line.startsWith('::')) return undefined;
	const end = line.indexOf('::', 2);
	if (end === -1) return undefined;
	const [, name = '', list = ''] = /^(\S+)(?: (.*))?$/su.exec(line.slice(2, end)) ?? [];
	const pairs = list
		.trim()
		.split(',')
		.filter((pair) => pair !== '');
	const properties = pairs.map((pair) => {
		const [key, value] = [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)];
		return [key, decode(value, { '%0D': '\r', '%0A': '\n', '%3A': ':', '%2C': ',' })] as const;
	});
	const message = decode(line.slice(end + 2), { '%0D': '\r', '%0A': '\n' });
	return { name, properties: Object.fromEntries(properties), message };
}

/** The percent sign comes back last. */
function decode(text: string, sequences: Readonly<Record<string, string>>): string {
	const read = Object.entries(sequences).reduce((left, [from, to]) => left.replaceAll(from, to), text);
	return read.replaceAll('%25', '%');
}
