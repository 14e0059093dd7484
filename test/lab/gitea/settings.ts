import { randomBytes } from 'node:crypto';

/** Where a Gitea is, and what it reads. */
export interface GiteaPlace {
	readonly port: number;
	/** All that it writes. */
	readonly data: string;
	/** With its templates, options and public files. */
	readonly files: string;
}

/** Its app.ini: on loopback, without mail, without calls to anywhere but webhooks on loopback, and in memory what can be. */
export function formatSettings({ port, data, files }: GiteaPlace): string {
	const url = `http://127.0.0.1:${port}/`;
	return formatSections({
		'': { APP_NAME: 'lab', RUN_MODE: 'prod', WORK_PATH: data },
		server: {
			HTTP_ADDR: '127.0.0.1',
			HTTP_PORT: port,
			ROOT_URL: url,
			// What its own hooks call.
			LOCAL_ROOT_URL: url,
			STATIC_ROOT_PATH: files,
			OFFLINE_MODE: true,
			DISABLE_SSH: true,
			LFS_START_SERVER: false,
		},
		database: { DB_TYPE: 'sqlite3', PATH: `${data}/gitea.db`, SQLITE_JOURNAL_MODE: 'WAL' },
		security: {
			INSTALL_LOCK: true,
			SECRET_KEY: randomBytes(16).toString('hex'),
			INTERNAL_TOKEN: randomBytes(16).toString('hex'),
			// Nobody attacks it; the default takes a tenth of a second for each password and each new token.
			PASSWORD_HASH_ALGO: 'pbkdf2$1$50',
		},
		service: { DISABLE_REGISTRATION: true },
		repository: { DEFAULT_BRANCH: 'main' },
		webhook: { ALLOWED_HOST_LIST: 'loopback' },
		queue: { TYPE: 'channel' },
		indexer: { ISSUE_INDEXER_TYPE: 'db' },
		session: { PROVIDER: 'memory' },
		i18n: { LANGS: 'en-US', NAMES: 'English' },
		log: { MODE: 'file', LEVEL: 'Info', ROOT_PATH: `${data}/log` },
		mailer: { ENABLED: false },
		cron: { ENABLED: false },
		oauth2: { ENABLED: false },
		actions: { ENABLED: false },
		packages: { ENABLED: false },
	});
}

type Section = Readonly<Record<string, string | number | boolean>>;

function formatSections(sections: Readonly<Record<string, Section>>): string {
	const blocks = Object.entries(sections).map(([name, section]) => {
		const lines = Object.entries(section).map(([key, value]) => `${key} = ${value}`);
		return [...(name === '' ? [] : [`[${name}]`]), ...lines, ''].join('\n');
	});
	return blocks.join('\n');
}
