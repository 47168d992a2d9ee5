using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Identity.OAuth;

/// <summary>
/// From what an application asks for to what it may have: each scope must be well formed and one that the store can ask; then it is cut
/// down to what the application is registered for. Scopes that are not known are left out.
/// </summary>
internal static class RequestedScopes
{
    public const string OfflineAccess = "offline_access";
    public const string OnlineAccess = "online_access";
    public const string OpenId = "openid";
    public const string FhirUser = "fhirUser";
    public const string Launch = "launch";
    public const string LaunchPatient = "launch/patient";
    public const string LaunchEncounter = "launch/encounter";

    /// <summary>The longest list, in characters: it stands in access tokens of at most 8 KiB.</summary>
    public const int MaxLength = 4000;

    private const int MaxScopes = 100;

    public static readonly IReadOnlyList<string> Others =
        [OpenId, FhirUser, "profile", Launch, LaunchPatient, LaunchEncounter, OfflineAccess, OnlineAccess];

    /// <summary>True for <c>launch</c> and its kind, although a slash makes them look like scopes of resources.</summary>
    public static bool IsOther(string scope) => Others.Contains(scope, StringComparer.Ordinal);

    /// <summary>The words of a list, each once.</summary>
    public static Result<IReadOnlyList<string>> Read(string? list, ICheckScopes store)
    {
        if (list is null || list.Length > MaxLength) return TooLong;
        string[] scopes = [.. list.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];
        if (scopes.Length is 0 or > MaxScopes || !Array.TrueForAll(scopes, IsText)) return TooLong;
        foreach (var scope in scopes.Where(scope => !IsOther(scope) && SmartScopes.IsClinical(scope)))
        {
            if (SmartScope.Parse(scope) is not { } parsed) return Malformed(scope);
            if (store.Check(parsed) is { } refusal) return CannotAsk(scope, refusal);
        }

        return scopes;
    }

    /// <param name="requested">What <see cref="Read"/> gave.</param>
    /// <param name="registered">What the application is registered for.</param>
    /// <param name="contexts">The contexts that this way of getting a token knows; another one is an error of the application.</param>
    public static Result<IReadOnlyList<string>> Cut(
        IReadOnlyList<string> requested, IReadOnlyList<string> registered, params string[] contexts)
    {
        var limits = registered.Select(SmartScope.Parse).OfType<SmartScope>().ToList();
        var granted = new List<string>();
        foreach (var scope in requested)
        {
            if (IsOther(scope))
            {
                if (registered.Contains(scope, StringComparer.Ordinal)) granted.Add(scope);
            }
            else if (SmartScope.Parse(scope) is { } asked)
            {
                if (!contexts.Contains(asked.Context, StringComparer.Ordinal)) return WrongContext(scope);
                if (limits.Exists(limit => limit.Covers(asked))) granted.Add(scope);
                else granted.AddRange(limits.Select(asked.And).OfType<SmartScope>().Select(both => both.ToString()));
            }
        }

        string[] all = [.. granted.Distinct(StringComparer.Ordinal)];
        return all.Sum(scope => scope.Length + 1) > MaxLength ? TooLong : all;
    }

    // RFC 6749 §3.3. What does not fit cannot be told in an answer either.
    private static bool IsText(string scope) => scope.All(letter => letter is > ' ' and < '\x7f' and not '"' and not '\\');

    private static readonly Refusal TooLong = new(
        RefusalKind.Invalid, "invalid_scope", $"Name between one and {MaxScopes} scopes of together at most {MaxLength} characters.");

    private static Refusal Malformed(string scope) => new(RefusalKind.Invalid, "invalid_scope", $"The scope {scope} is malformed.");

    private static Refusal CannotAsk(string scope, Refusal cause) =>
        new(RefusalKind.Invalid, "invalid_scope", $"The scope {scope} cannot be granted. {cause.Message}");

    private static Refusal WrongContext(string scope) =>
        new(RefusalKind.Invalid, "invalid_scope", $"The scope {scope} is not for this way of getting a token.");
}
