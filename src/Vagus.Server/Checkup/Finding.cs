namespace Vagus.Server.Checkup;

/// <summary>One line of <c>vagus doctor</c>: what was looked at, what was found, and what to do about it.</summary>
/// <param name="Verdict">Only <see cref="Verdict.Fail"/> makes the command end with 1.</param>
/// <param name="Subject">What was looked at, in one or two words.</param>
/// <param name="Found">What was found.</param>
/// <param name="Advice">What to do; null where nothing has to be done.</param>
internal sealed record Finding(Verdict Verdict, string Subject, string Found, string? Advice = null)
{
    public static Finding Ok(string subject, string found) => new(Verdict.Ok, subject, found);

    public static Finding Warn(string subject, string found, string advice) => new(Verdict.Warn, subject, found, advice);

    public static Finding Fail(string subject, string found, string advice) => new(Verdict.Fail, subject, found, advice);

    public override string ToString()
    {
        var line = $"{Verdict.ToString().ToLowerInvariant(),-4}  {Subject}: {Found}";
        return Advice is null ? line : $"{line}. {Advice}";
    }
}

/// <summary>Whether something has to be done.</summary>
internal enum Verdict
{
    Ok,
    Warn,
    Fail,
}
