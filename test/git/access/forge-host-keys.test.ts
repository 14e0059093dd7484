import test from 'ava';
import { composeForgeKnownHosts, forgeHostKeys } from '../../../src/git/access/forge-host-keys.ts';
import { fingerprintOf } from '../../../src/git/access/host-key.ts';

/** As each operator publishes them: Ed25519, ECDSA, RSA. */
const published = {
	'github.com': [
		'SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU',
		'SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM',
		'SHA256:uNiVztksCsDhcc0u9e8BujQXVUpKZIDTMczCvj3tD2s',
	],
	'gitlab.com': [
		'SHA256:eUXGGm1YGsMAS7vkcx6JOJdOGHPem5gQp4taiCfCLB8',
		'SHA256:HbW3g8zUjNSksFbqTiUWPWg2Bq1x8xdGUrliXFzSnUw',
		'SHA256:ROQFvPThGrW4RuWLoL9tq9I9zJ42fK4XywyRtbOz/EQ',
	],
	'bitbucket.org': [
		'SHA256:ybgmFkzwOSotHTHLJgHO0QN8L0xErw6vd0VhFA9m3SM',
		'SHA256:FC73VB6C4OQLSCrjEayhMp9UMxS97caD/Yyi2bhW/J0',
		'SHA256:46OSHA1Rmj8E8ERTC6xkNcmGOw9oFxYr0WF6zWW8l1E',
	],
	'ssh.dev.azure.com': ['SHA256:ohD8VZEXGWo6Ez8GSEJQ9WpafgLFsOfLOtGGQCQo6Og'],
	'codeberg.org': [
		'SHA256:mIlxA9k46MmM6qdJOdMnAQpzGxF4WIVVL+fj+wZbw0g',
		'SHA256:T9FYDEHELhVkulEKKwge5aVhVTbqCW0MIRwAfpARs/E',
		'SHA256:6QQmYi4ppFS4/+zSZ5S4IU+4sa6rwvQ4PbhCtPEBekQ',
	],
};

test('every host key has the fingerprint that its operator publishes', (t) => {
	const fingerprints = Object.entries(forgeHostKeys).map(([host, keys]) => [
		host,
		keys.map((key) => fingerprintOf(key.split(' ')[1] ?? '')),
	]);
	t.deepEqual(Object.fromEntries(fingerprints), published);
});

test('the type written before a key is the one inside it', (t) => {
	for (const line of composeForgeKnownHosts().trimEnd().split('\n')) {
		const [, type = '', key = ''] = line.split(' ');
		const bytes = Buffer.from(key, 'base64');
		t.is(bytes.toString('latin1', 4, 4 + bytes.readUInt32BE(0)), type);
	}
});
