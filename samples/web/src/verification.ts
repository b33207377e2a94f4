// The verification of an address, as the service sees it. Nothing here knows of the page.

import { OtpClient, OtpError } from 'otp-client';
import * as clock from './clock.js';
import type { CodeShape } from './code.js';

export interface Settings extends CodeShape {
  maxAttempts: number;
}

/** Where a verification stands. Times are ISO 8601, as the service writes them. */
export type State =
  | { kind: 'code'; expiresAt: string; resendAt: string; attemptsLeft: number }
  | { kind: 'expired'; resendAt: string }
  | { kind: 'locked'; resendAt: string }
  | { kind: 'none' }
  | { kind: 'verified' };

type EmailStatus = Awaited<ReturnType<OtpClient['verifyEmail']>>['results'];

export class Verification {
  readonly email: string;
  private readonly settings: Settings;
  private readonly client: OtpClient;
  private token: { token: string; expiresAt: string } | undefined;

  constructor(email: string, settings: Settings) {
    this.email = email;
    this.settings = settings;
    this.client = new OtpClient({ baseUrl: '', token: () => this.getToken() });
  }

  /** Has a code mailed. */
  async requestCode(): Promise<State> {
    const status = (await this.client.createEmailOneTimePasscode()).results;
    if (status.otp) clock.setTo(status.otp.createdAt);
    return this.read(status);
  }

  /** The same; but where it is too early for another code, the one that was mailed before is to be used. */
  async requestFirstCode(): Promise<{ state: State; isNew: boolean }> {
    try {
      return { state: await this.requestCode(), isNew: true };
    } catch (error) {
      const state = error instanceof OtpError && error.status === 429 ? await this.getState() : undefined;
      if (state?.kind === 'code' || state?.kind === 'locked') return { state, isNew: false };
      throw error;
    }
  }

  async verify(code: string): Promise<State> {
    return this.read((await this.client.verifyEmail({ passcode: code })).results);
  }

  private async getState(): Promise<State> {
    return this.read((await this.client.getEmailVerificationStatus()).results);
  }

  private read(status: EmailStatus): State {
    const { isVerified, otp, lockedUntil } = status;
    if (isVerified) return { kind: 'verified' };
    if (lockedUntil) return { kind: 'locked', resendAt: later(lockedUntil, otp?.resendAvailableAt) };
    if (!otp) return { kind: 'none' };
    if (otp.isExpired) return { kind: 'expired', resendAt: otp.resendAvailableAt };
    const attemptsLeft = this.settings.maxAttempts - otp.numberOfAttempts;
    return { kind: 'code', expiresAt: otp.expiresAt, resendAt: otp.resendAvailableAt, attemptsLeft };
  }

  // In production the user signs in at an identity provider, which issues the token. In Development the service makes one.
  private async getToken(): Promise<string> {
    if (this.token === undefined || clock.secondsUntil(this.token.expiresAt) < 60) {
      const response = await fetch('/dev/tokens', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ sub: `demo:${this.email.toLowerCase()}`.slice(0, 200), email: this.email }),
      });
      if (!response.ok) throw new OtpError(response, await response.text());
      this.token = ((await response.json()) as { results: { token: string; expiresAt: string } }).results;
    }
    return this.token.token;
  }
}

/** The rules of the codes. An app of your own knows them: they are settings of its service. */
export async function loadSettings(): Promise<Settings> {
  const response = await fetch('/dev/passcodes');
  if (!response.ok) throw new OtpError(response, await response.text());
  return ((await response.json()) as { results: Settings }).results;
}

function later(one: string, other: string | undefined): string {
  return other !== undefined && Date.parse(other) > Date.parse(one) ? other : one;
}
