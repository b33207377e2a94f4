// The time as the service has it, and time spans for people.

let ahead = 0;

/** Learns from an answer what time the service has: the clock of the browser may be wrong. */
export function setTo(time: string): void {
  ahead = Date.parse(time) - Date.now();
}

/** Seconds from now until a time; 0 once it is there. */
export function secondsUntil(time: string): number {
  return Math.max(0, Math.ceil((Date.parse(time) - Date.now() - ahead) / 1000));
}

/** `4:05`, or `1:00:00`. */
export function asClock(seconds: number): string {
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  if (parts[0] === 0) parts.shift();
  return parts.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, '0'))).join(':');
}

/** The time so many seconds from now, as the service would write it. */
export function after(seconds: number): string {
  return new Date(Date.now() + ahead + seconds * 1000).toISOString();
}
