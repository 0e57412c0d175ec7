// Runs once before all tests: loads the demo company, of which every server then gets a copy.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDemoDatabase } from './server';

export default async function setup() {
  const folder = mkdtempSync(join(tmpdir(), 'quittance-e2e-demo-'));
  const database = join(folder, 'quittance.db');
  try {
    await makeDemoDatabase(database);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  process.env.E2E_DEMO_DATABASE = database; // workers inherit it
  return () => rmSync(folder, { recursive: true, force: true });
}
