import { showText } from '../../model/problem.ts';

/** What made git fail, as far as its words tell. */
export type GitFailure =
	/** The server does not take the credentials, or there are none. */
	| 'auth'
	/** The server has no such repository, or hides it. */
	| 'absent'
	/** Our own mirror is locked. */
	| 'lock'
	/** Our own disk is full, or cannot be written. */
	| 'disk'
	/** Our own mirror is damaged. */
	| 'mirror'
	| 'other';

/** Long enough for what a hook or a protected branch has to say. */
const shownLength = 300;

const auth =
	/could not read (Username|Password)|Authentication failed|Permission denied \(|(returned error:|HTTP) 40[13]\b/;
const lock = /Unable to create '.*\.lock': File exists/;
const disk =
	/No space left on device|File too large|Disk quota exceeded|Read-only file system|insufficient permission for adding an object|unable to create temporary file|unable to write (loose object )?file|sha1 file '.*' write error/;
const mirror =
	/^fatal: not a git repository: |Unable to create '.*\.lock'|bad config|object .*is (empty|corrupt)|bad (tree )?object |bad packed object|packfile .*(does not match|unavailable|cannot be accessed)|inflate: |(read|find|unpack) [0-9a-f]{40}|traverse parents of|garbage at end of loose|unable to (parse|open) .*(header|loose object)|bad shallow line|is not a valid object$/m;

/** What GitHub, GitLab, Gitea, Bitbucket and Azure answer for a repository that is gone, renamed or not granted. */
const absent =
	/^fatal: repository '.*' not found$|^(remote: |ERROR: |remote: ERROR: )*(Repository not found|The project you were looking for could not be found|Cannot find repository|Repository .* not found|TF401019: )/im;

/** Lines that name a cause. That ssh failed is the consequence of one. */
const cause =
	/^(error|fatal|ssh): (?!Could not read from remote)|Permission denied|Host key verification failed/;

/** Classifies what git printed to stderr under LC_ALL=C. */
export function classifyFailure(stderr: string): GitFailure {
	const own = stderr.replace(/^remote: .*$/gm, '');
	if (absent.test(stderr)) return 'absent';
	if (auth.test(own)) return 'auth';
	if (lock.test(own)) return 'lock';
	if (disk.test(own)) return 'disk';
	return mirror.test(own) ? 'mirror' : 'other';
}

/** The line that says most, safe to print and without credentials. */
export function describeFailure(stderr: string): string {
	const lines = stderr.split('\n').filter((line) => line.trim() !== '');
	const line = lines.find((text) => cause.test(text)) ?? lines[0] ?? 'git said nothing';
	return showForeign(line.replace(/^(error|fatal): /, ''));
}

/** What the server printed, on one line; `undefined` when it printed nothing. */
export function quoteServer(stderr: string): string | undefined {
	const said = [...stderr.matchAll(/^remote: (.*)$/gm)].map(([, text = '']) => text.trim());
	const text = said.filter((line) => line !== '').join(' ');
	return text === '' ? undefined : showForeign(text);
}

function showForeign(text: string): string {
	return showText(text.replace(/(\w:\/\/)[^/@\s]*@/g, '$1').trim(), shownLength);
}
