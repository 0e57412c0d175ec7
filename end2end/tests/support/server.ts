// Starts the built server on a fresh database, and stops it.

import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, copyFileSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const root = resolve(import.meta.dirname, '../../..');

/** The release binary. hash.txt lies beside it and names the files of this very build. */
export function binary(): string {
  const candidates = [
    process.env.CARGO_TARGET_DIR && join(process.env.CARGO_TARGET_DIR, 'release/quittance'),
    join(process.env.QUITTANCE_CACHE ?? join(homedir(), '.cache/quittance'), 'target/release/quittance'),
    join(root, 'target/release/quittance'),
  ].filter((path): path is string => !!path);
  const found = candidates.find((path) => existsSync(path));
  if (!found) throw new Error(`no server to test; 'make build' makes one. Looked for:\n  ${candidates.join('\n  ')}`);
  return found;
}

/** The surroundings without the names that only the scripts use, with what Leptos wants to be told. */
function environment(extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  const rest = { ...process.env };
  for (const name of Object.keys(rest)) {
    if (name.startsWith('QUITTANCE_') || name === 'DATABASE_URL' || name === 'TEST_POSTGRES_URL') delete rest[name];
  }
  return {
    ...rest,
    LEPTOS_OUTPUT_NAME: 'quittance',
    LEPTOS_SITE_ROOT: process.env.LEPTOS_SITE_ROOT ?? join(root, 'target/site'),
    LEPTOS_SITE_PKG_DIR: 'pkg',
    LEPTOS_HASH_FILES: 'true',
    LEPTOS_HASH_FILE_NAME: 'hash.txt',
    LEPTOS_ENV: 'PROD',
    NO_COLOR: '1',
    ...extra,
  };
}

/** Runs one command of the binary to its end and gives back what it printed. */
export async function run(...args: string[]): Promise<string> {
  const child = spawn(binary(), args, { cwd: root, env: environment(), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  const code = await new Promise((done, fail) => {
    child.on('error', fail);
    child.on('close', done);
  });
  if (code !== 0) throw new Error(`quittance ${args.join(' ')} ended with ${code}:\n${output}`);
  return output;
}

/** A database with the demo company in it. */
export async function makeDemoDatabase(path: string): Promise<void> {
  await run('demo', '--database', `sqlite:${path}`);
  if (!existsSync(path)) throw new Error(`'quittance demo' left no ${path}`);
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const probe = createServer();
    probe.on('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? done(address.port) : fail(new Error('no port'))));
    });
  });
}

const running = new Set<ChildProcess>();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

export class Server {
  private constructor(
    readonly url: string,
    readonly database: string,
    /** From starting the process to the first good answer of /readyz, in milliseconds. */
    readonly readyAfter: number,
    private readonly child: ChildProcess,
    private readonly folder: string,
    private readonly logFile: string,
  ) {}

  /**
   * Starts one on a copy of the demo database that setup.ts made, or on `database` itself if given
   * (it is then left where it is).
   */
  static async start(options: { database?: string; env?: Record<string, string> } = {}): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), 'quittance-e2e-'));
    try {
      const database = options.database ?? join(folder, 'quittance.db');
      if (!options.database) {
        const template = process.env.E2E_DEMO_DATABASE;
        if (!template) throw new Error('E2E_DEMO_DATABASE is not set; is setup.ts the globalSetup?');
        for (const part of ['', '-wal']) {
          if (existsSync(template + part)) copyFileSync(template + part, database + part);
        }
      }
      // Between our letting go of the port and the server's taking it somebody else may; then take another.
      for (let attempt = 1; ; attempt++) {
        try {
          return await Server.startOn(await freePort(), database, folder, options.env);
        } catch (error) {
          if (attempt === 3 || !/address (already )?in use/i.test(String(error))) throw error;
        }
      }
    } catch (error) {
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  private static async startOn(port: number, database: string, folder: string, env?: Record<string, string>) {
    const logFile = join(folder, `server-${port}.log`);
    const log = openSync(logFile, 'a');
    const began = performance.now();
    const child = spawn(binary(), ['serve', '--database', `sqlite:${database}`, '--listen', `127.0.0.1:${port}`], {
      cwd: root,
      env: environment({ QUITTANCE_DATA_DIR: join(folder, 'data'), ...env }),
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    running.add(child);
    let ended: string | undefined;
    child.on('error', (error) => (ended = String(error)));
    child.on('exit', (code, signal) => (ended = `code ${code}, signal ${signal}`));

    const url = `http://127.0.0.1:${port}`;
    while (performance.now() - began < 20_000) {
      if (ended) throw new Error(`the server ended at its start (${ended}):\n${readFileSync(logFile, 'utf8')}`);
      const ready = await fetch(`${url}/readyz`).then(
        (answer) => answer.ok,
        () => false,
      );
      if (ready) return new Server(url, database, performance.now() - began, child, folder, logFile);
      await sleep(5);
    }
    child.kill('SIGKILL');
    throw new Error(`the server was not ready after 20 s:\n${readFileSync(logFile, 'utf8')}`);
  }

  get pid(): number {
    return this.child.pid!;
  }

  private told = 0;

  /** What the server has written since this was last asked. */
  newLog(): string {
    const all = readFileSync(this.logFile, 'utf8');
    const fresh = all.slice(this.told);
    this.told = all.length;
    return fresh;
  }

  /** Asks it to stop, as an operator would; kills it when it does not within ten seconds. */
  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const gone = new Promise((done) => this.child.once('exit', done));
      this.child.kill('SIGTERM');
      const stopped = await Promise.race([gone.then(() => true), sleep(10_000, false, { ref: false })]);
      if (!stopped) {
        this.child.kill('SIGKILL');
        await gone;
      }
    }
    running.delete(this.child);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
