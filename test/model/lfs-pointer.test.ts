import test from 'ava';
import { isLfsPointer } from '../../src/model/lfs-pointer.ts';

for (const [text, expected] of [
	['version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n', true],
	['# version https://git-lfs.github.com/spec/v1\n', false],
	['version: https://git-lfs.github.com/spec/v1\n', false],
	['', false],
] as const) {
	test(`${JSON.stringify(text)} is ${expected ? 'a' : 'no'} pointer of Git LFS`, (t) => {
		t.is(isLfsPointer(text), expected);
	});
}
