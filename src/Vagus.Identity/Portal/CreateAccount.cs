using Vagus.Access.Audit;
using Vagus.Identity.Mail;
using Vagus.Identity.Notices;
using Vagus.Identity.Passwords;
using Vagus.Identity.People;
using Vagus.Identity.Recovery;
using Vagus.Kernel;
using Vagus.Storage.Sql;
using Vagus.Storage.Writing;

namespace Vagus.Identity.Portal;

/// <summary>The account of an invited patient. Spending the invitation and making the user are one write.</summary>
internal sealed class CreateAccount(
    GroupCommit commit, PasswordHashing hashing, PreferenceStore preferences, QueueMail mails, IdSource ids)
{
    private const int MaxName = 200;

    /// <summary>
    /// Counts an answer to the question for the birth date. A right one counts too: the holder of the token may try five times.
    /// </summary>
    public async ValueTask<Refusal?> Try(OneTimeRow invitation, bool isRight, CancellationToken cancel)
    {
        // Committed before the answer is told: requests side by side get no more tries than one after the other.
        var counted = await commit.Write<bool>(
            invitation.Tenant, async (write, token) => await OneTimeTokens.Try(write, invitation, token), cancel);
        if (counted.Refusal is { } refusal) return refusal;
        return counted.Value && isRight ? null : Refusals.InvalidToken;
    }

    public async ValueTask<Result<UserRow>> Create(
        AuditActor by, OneTimeRow invitation, PatientFacts patient, string password, CancellationToken cancel)
    {
        var name = patient.Name is { Length: > 0 and <= MaxName } known && !known.Any(char.IsControl) ? known : invitation.Email;
        if (PasswordRules.Check(password, EmailAddress.NameOf(invitation.Email), name, invitation.Tenant.Value) is { } weak) return weak;

        var user = new UserRow
        {
            Tenant = invitation.Tenant,
            User = new UserId(ids.NewId()),
            Email = invitation.Email,
            DisplayName = name,
            Role = Role.Patient,
            Patient = patient.Id,
            SeesLabels = Sensitivity.None,
            PasswordHash = hashing.Hash(password),
            Disabled = false,
            SecurityVersion = 0,
        };
        var language = NoticePreferences.LanguageOf(patient.Language);
        return await commit.Write<UserRow>(user.Tenant, (write, token) => Write(write, by, invitation, (user, language), token), cancel);
    }

    private async ValueTask<Result<UserRow>> Write(
        WriteTransaction write, AuditActor by, OneTimeRow invitation, (UserRow User, string? Language) account, CancellationToken cancel)
    {
        var user = account.User;
        // Holds the tenant's head: a patient has one account, also where two processes are asked for it at once.
        await write.NextPosition(cancel);
        if (!await OneTimeTokens.Spend(write, invitation, cancel)) return Refusals.InvalidToken;

        var at = write.At.ToMicroseconds();
        object?[] values =
        [
            write.Tenant.Value, user.User.Value, user.Email, UserRow.KeyOf(user.Email), user.DisplayName, user.Patient?.Value,
            user.PasswordHash, at, invitation.ByMail ? at : null,
        ];
        // Nothing is said about the account that stands in the way: the staff learn of it when they invite.
        if (await write.Execute(Insert, values, cancel) == 0) return Refusals.InvalidToken;
        var entry = AccountEntries.Of(by, AuditActions.ActivateAccount, user.User, patient: user.Patient);
        AuditTrail.Add(write, entry with { User = user.User });
        // The person may choose another one: it begins with what the record says.
        if (account.Language is { } language and not NoticePreferences.DefaultLanguage)
        {
            var chosen = new ChosenNotices(NoticePreferences.Default with { Language = language }, Phone: null);
            await preferences.Save(write, user.User, chosen, cancel);
        }

        if (!invitation.ByMail) await AskToVerify(write, user, cancel);
        return user;
    }

    private async ValueTask AskToVerify(WriteTransaction write, UserRow user, CancellationToken cancel)
    {
        var secret = ids.NewSecret();
        var token = new NewToken(TokenPurpose.VerifyEmail, user.User.Value, user.Email, ByMail: true);
        var expires = await OneTimeTokens.Issue(write, token, secret, cancel);
        mails.Add(write, MailKind.VerifyAddress, user.Email, (secret, expires));
    }

    private static readonly Statement Insert = new("""
        insert into access_user
          (tenant_id, user_id, door, email, email_key, display_name, role, patient_id, labels, password_hash, disabled, created_at,
           email_verified_at)
        select
          @tenant_id, @user_id, 'patient', @email, @email_key, @display_name, 'patient', @patient_id, 0, @password_hash, false,
          @created_at, @email_verified_at
        where not exists (select 1 from access_user where tenant_id = @tenant_id and patient_id = @patient_id)
        on conflict do nothing
        """);
}
