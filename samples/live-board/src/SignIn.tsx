import { Problem, type BrowserSession } from '@vagus/client';
import { useState, type FormEvent } from 'react';

export function SignIn({ session }: { session: BrowserSession }) {
  const [failure, setFailure] = useState<string | null>(null);

  async function signIn(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    try {
      await session.signIn({ email: String(form.get('email')), password: String(form.get('password')) });
    } catch (error) {
      setFailure(error instanceof Problem ? error.message : 'The server is out of reach.');
    }
  }

  return (
    <form onSubmit={(event) => void signIn(event)}>
      <label>
        Email <input name="email" type="email" autoComplete="username" required />
      </label>
      <label>
        Password <input name="password" type="password" autoComplete="current-password" required />
      </label>
      <button>Sign in</button>
      {failure && <p role="alert">{failure}</p>}
    </form>
  );
}
