/** What may be wrong with the config repository, the way to it, and the manifests in it. */
export const gitProblems = {
	E_REFNAME: { meaning: 'Not a valid branch name', remedy: 'name a branch, such as main' },
	E_URL: {
		meaning: 'Not a usable repository URL',
		remedy: 'write it as https://host/path or ssh://git@host/path',
	},
	E_URL_SCHEME: { meaning: 'A repository URL scheme that is not allowed', remedy: 'use https or ssh' },
	E_GIT_LFS: {
		meaning: 'A file whose content is in Git LFS',
		remedy: 'keep the file itself in the repository: git lfs untrack, then git add --renormalize',
	},
	E_GIT_MISSING: { meaning: 'No usable git program', remedy: 'install git 2.34 or newer' },
	E_GIT_UNREACHABLE: {
		meaning: 'The repository cannot be reached',
		remedy: 'check the URL, the network and the credentials; Spillway keeps trying',
	},
	E_GIT_AUTH: { meaning: 'The repository refuses the credentials', remedy: 'renew the credentials' },
	E_GIT_CREDENTIALS: {
		meaning: 'The credentials for the repository cannot be used',
		remedy: 'mend what the message names; they are read again by themselves',
	},
	E_GIT_HOST_KEY: {
		meaning: 'The SSH server is not the one that is known, or not known at all',
		remedy: 'compare its key with the one its operator publishes, then bring known_hosts up to date',
	},
	E_GIT_TLS: {
		meaning: 'The Git server’s certificate cannot be trusted',
		remedy: 'give the CA that issued it as ca.crt of the credentials; verification cannot be switched off',
	},
	E_GIT_BRANCH: { meaning: 'The branch does not exist', remedy: 'create the branch, or correct --branch' },
	E_GIT_EMPTY: { meaning: 'The repository has no commits', remedy: 'push a first commit with spillway.yaml' },
	E_GIT_PATH: {
		meaning: 'A file or folder is not in the repository',
		remedy: 'add it, or correct the path in spillway.yaml',
	},
	E_GIT_MODE: {
		meaning: 'A symlink or submodule where a file is expected',
		remedy: 'commit a regular file; symlinks and submodules are not followed',
	},
	E_GIT_REPOSITORY: {
		meaning: 'The server has no such repository, or hides it from this identity',
		remedy: 'correct the URL, or grant this identity access',
	},
	E_GIT_MIRROR: {
		meaning: 'The local mirror of the repository cannot be written',
		remedy: 'make room on its disk, and let Spillway write its folder; what was read stays in force',
	},
	E_GIT_REFUSED: { meaning: 'The server refused the push', remedy: 'let this identity push to the branch' },
	E_GIT_PROTECTED: {
		meaning: 'The branch is protected against this push',
		remedy: 'let this identity past the protection, or deliver via: PullRequest',
	},
	E_GIT_SIGNATURE: {
		meaning: 'The server takes only commits whose signature it can verify',
		remedy: 'sign commits, with a key that the server knows as this identity’s',
	},
	E_SIGNING: {
		meaning: 'A commit cannot be signed',
		remedy:
			'give an SSH or OpenPGP private key without a passphrase; without a signature nothing is committed',
	},
	E_SIGNERS: {
		meaning: 'The file of --verify-commits is of no use',
		remedy: 'list allowed signers as ssh-keygen(1) has them, or armored OpenPGP public keys',
	},
	E_UNTRUSTED: {
		meaning:
			'Policies are not read from a commit, because it or one before it is not signed by an allowed signer',
		remedy:
			'take that commit out of the branch, or allow its key in the file of --verify-commits; Spillway’s own key belongs there too',
	},
	W_BASE_REWRITTEN: {
		meaning: 'The branch was rewritten: the last commit read is no longer in it',
		remedy: 'nothing to do if it was meant; else restore the branch, and protect it from forced pushes',
	},
	E_MANIFEST_MISSING: {
		meaning: 'The target’s manifest is not in the cluster’s folder',
		remedy: 'commit its manifest under that folder, or mark its weights there',
	},
	E_MANIFEST_AMBIGUOUS: {
		meaning: 'The target’s manifest stands more than once in the cluster’s folder',
		remedy: 'keep one of the two',
	},
	E_MANIFEST_TAKEN: {
		meaning: 'Another file stands where an owned target’s manifest is to be made',
		remedy: 'move that file, or put the target’s manifest into the folder',
	},
	E_MANIFEST_WEIGHT: {
		meaning: 'A weight that cannot be edited in place',
		remedy: 'write each weight as a plain integer',
	},
} as const;
