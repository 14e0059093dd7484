import { readFile } from 'node:fs/promises';

/** The text of a file that is replaced from time to time. Throws while it is empty: no content is ever meant. */
export async function readReplacedFile(path: string): Promise<string> {
	const text = (await readFile(path, 'utf8')).trim();
	if (text === '') throw new Error(`${path} is empty`);
	return text;
}
