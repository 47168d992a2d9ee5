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

/// <summary>A kind by its stored name, and to which page its link leads. What it says stands in <see cref="MailWords"/>.</summary>
internal sealed record MailText(string Name, string? Page)
{
    private static readonly MailText[] Table =
    [
        new("portal_invitation", "/portal/activate"),
        new("verify_address", "/portal/verify-email"),
        new("patient_reset", "/portal/reset-password"),
        new("staff_invitation", "/reset-password"),
        new("staff_reset", "/reset-password"),
        new("password_changed", null),
        new("break_glass", null),
        new("authenticator_added", null),
        new("passkey_added", null),
        new("factor_removed", null),
        new("recovery_codes_renewed", null),
        new("recovery_code_used", null),
        new("factor_reset_asked", null),
        new("factor_reset_done", null),
    ];

    public static MailText Of(MailKind kind) => Table[(int)kind];

    /// <summary>Throws for a name that is not known here: the mail waits for a process that knows it.</summary>
    public static MailText Named(string name) => Array.Find(Table, text => text.Name == name)
        ?? throw new InvalidOperationException($"There is no mail with the name {name}.");

    /// <param name="language">Of the reader; one that is not known here is read as the house's.</param>
    /// <param name="address">The public address of this installation, from its settings.</param>
    /// <param name="token">Behind '#': browsers do not send it, so it stands in no server's log and no referrer.</param>
    public string Write(string? language, string address, string? token)
    {
        var body = MailWords.In(language).Bodies[Name];
        if (Page is null) return body;
        var link = $"{address.TrimEnd('/')}{Page}{(token is null ? "" : $"#token={token}")}";
        return body.Replace($"{MailWords.Link}", link, StringComparison.Ordinal);
    }
}
