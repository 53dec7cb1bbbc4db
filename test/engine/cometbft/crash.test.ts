import { it } from 'vitest';
import { killApplications } from './crash.ts';

it('loses nothing acknowledged and never diverges when the application is killed at 50 boundaries of its calls', { timeout: 180_000 }, () =>
  killApplications(50),
);
