import { showText } from '../../model/problem.ts';
import { describeProgramFailure, type SignatureAnswer } from './sign-program.ts';
import {
	findFailure,
	type SignatureDesk,
	type SignatureVerdict,
	type SignedContent,
	withSignatureFile,
} from './verify-signature.ts';

/** gpg without questions, network or anybody's web of trust: who is in the home is trusted. */
export const gpgOptions: readonly string[] = [
	'--batch',
	'--no-tty',
	'--no-options',
	'--quiet',
	'--disable-dirmngr',
	'--no-auto-key-retrieve',
	'--trust-model=always',
];

/**
 * Checks a detached OpenPGP signature against the keys in a GNUPGHOME. An expiry is held against `at`; a revoked key
 * never counts.
 */
export async function checkGpgSignature(
	{ run, folder }: SignatureDesk,
	home: string,
	{ payload, signature, at }: SignedContent,
	signal: AbortSignal,
): Promise<SignatureVerdict> {
	const time = at === undefined ? [] : [`--faked-system-time=${Math.floor(at / 1000)}!`];
	return await withSignatureFile(folder, signature, async (file) => {
		const options = [...gpgOptions, '--no-autostart', ...time, '--status-fd=1'];
		const args = ['--homedir', home, ...options, '--verify', '--', file, '-'];
		const answer = await run('gpg', { args, input: payload }, signal);
		return findFailure(answer) ?? judge(answer);
	});
}

/** gpg ends with 0 for a good signature by an expired key as well: only its status lines tell. */
function judge(answer: SignatureAnswer): SignatureVerdict {
	const lines = answer.stdout.split('\n').flatMap((line) => /^\[GNUPG:\] (.*)/.exec(line)?.[1] ?? []);
	const find = (name: string): readonly string[] | undefined =>
		lines.map((line) => line.split(' ')).find(([first]) => first === name);
	const isSingle = lines.filter((line) => /^NEWSIG\b/.test(line)).length === 1;
	const isBad = lines.some((line) => /^(BAD|ERR|EXP|EXPKEY|REVKEY)SIG\b/.test(line));
	const valid = find('VALIDSIG');
	const isGood = answer.status === 0 && isSingle && !isBad && find('GOODSIG') !== undefined;
	if (isGood && valid !== undefined) return { kind: 'good', key: valid[10] ?? valid[1] ?? '' };
	return { kind: 'bad', reason: explain(find, answer) };
}

type FindLine = (name: string) => readonly string[] | undefined;

function explain(find: FindLine, answer: SignatureAnswer): string {
	const by = (line: readonly string[]): string => `is signed with the OpenPGP key ${showText(line[1] ?? '')}`;
	const [revoked, expired, error] = [find('REVKEYSIG'), find('EXPKEYSIG'), find('ERRSIG')];
	if (revoked !== undefined) return `${by(revoked)}, which is revoked`;
	if (expired !== undefined) return `${by(expired)}, which had expired when the commit was made`;
	if (find('NO_PUBKEY') !== undefined && error !== undefined) {
		return `${by(error)}, which is not among those allowed for commits`;
	}
	if (error !== undefined) {
		return `${by(error)}, which cannot be checked or was not valid yet: ${describeProgramFailure(answer)}`;
	}
	if (find('EXPSIG') !== undefined) return 'has a signature that had expired when the commit was made';
	if (find('BADSIG') !== undefined) return 'has a bad signature: it was made for other content';
	return `has a bad signature: ${describeProgramFailure(answer)}`;
}
