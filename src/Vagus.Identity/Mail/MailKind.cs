namespace Vagus.Identity.Mail;

/// <summary>Why a mail is sent. The names are stored.</summary>
internal enum MailKind
{
    PortalInvitation,
    VerifyAddress,
    PatientReset,
    StaffInvitation,
    StaffReset,
    PasswordChanged,
    BreakGlass,
    AuthenticatorAdded,
    PasskeyAdded,
    FactorRemoved,
    RecoveryCodesRenewed,
    RecoveryCodeUsed,
    FactorResetAsked,
    FactorResetDone,
}

/// <summary>What a kind says, and to which page its link leads: the same for every person and every clinic.</summary>
internal sealed record MailText(string Name, string? Page, string Body)
{
    /// <summary>One subject for all kinds: it is shown on locked screens and kept by servers on the way.</summary>
    public const string Subject = "A message about your account";

    /// <summary>Stands in a text where its link goes.</summary>
    public const char Link = '@';

    private const string NotByYou =
        "If this was not you, choose a new password at once, look at your second factors, and tell your organization.";

    private const string NotYou = "If you did not expect this message, you need not do anything.";

    private static readonly MailText[] Table =
    [
        new("portal_invitation", "/portal/activate",
            $"You have been invited to open an account. Open this link to go on:\n\n@\n\n{NotYou}"),
        new("verify_address", "/portal/verify-email", $"Open this link to confirm your e-mail address:\n\n@\n\n{NotYou}"),
        new("patient_reset", "/portal/reset-password", $"Open this link within 30 minutes to choose a new password:\n\n@\n\n{NotYou}"),
        new("staff_invitation", "/reset-password",
            $"An account has been made for you. Open this link to choose its password:\n\n@\n\n{NotYou}"),
        new("staff_reset", "/reset-password", $"Open this link within 30 minutes to choose a new password:\n\n@\n\n{NotYou}"),
        new("password_changed", null,
            "The password of your account was changed, and the account was signed out everywhere.\n\n"
            + "If this was not you, ask for a new password at once and tell your organization."),
        new("break_glass", null,
            "A record of your organization was opened in an emergency. Sign in to see by whom, and to review it within 72 hours."),
        new("authenticator_added", null, $"An authenticator app was added to your account.\n\n{NotByYou}"),
        new("passkey_added", null, $"A passkey was added to your account.\n\n{NotByYou}"),
        new("factor_removed", null, $"A second factor was removed from your account.\n\n{NotByYou}"),
        new("recovery_codes_renewed", null, $"New recovery codes were made for your account. The earlier ones are void.\n\n{NotByYou}"),
        new("recovery_code_used", null, $"A recovery code was used to sign in to your account.\n\n{NotByYou}"),
        new("factor_reset_asked", null,
            "An administrator of your organization has asked to remove all second factors of your account. It is done in 24 hours.\n\n"
            + "If you did not ask for it, sign in and cancel it, and tell your organization."),
        new("factor_reset_done", null,
            "All second factors of your account were removed, and the account was signed out everywhere.\n\n"
            + "If you did not ask for it, tell your organization at once."),
    ];

    public static MailText Of(MailKind kind) => Table[(int)kind];

    /// <summary>Throws for a name that is not known here: the mail waits for a process that knows it.</summary>
    public static MailText Named(string name) => Array.Find(Table, text => text.Name == name)
        ?? throw new InvalidOperationException($"There is no mail with the name {name}.");

    /// <param name="address">The public address of this installation, from its settings.</param>
    /// <param name="token">Behind '#': browsers do not send it, so it stands in no server's log and no referrer.</param>
    public string Write(string address, string? token)
    {
        if (Page is null) return Body;
        var link = $"{address.TrimEnd('/')}{Page}{(token is null ? "" : $"#token={token}")}";
        return Body.Replace($"{Link}", link, StringComparison.Ordinal);
    }
}
