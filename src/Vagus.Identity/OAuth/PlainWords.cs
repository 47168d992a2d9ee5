using Vagus.Access.Authorization;

namespace Vagus.Identity.OAuth;

/// <summary>A scope as a person reads it on the consent page.</summary>
internal static class PlainWords
{
    private static readonly Dictionary<string, string> Others = new(StringComparer.Ordinal)
    {
        [RequestedScopes.OpenId] = "Know that it is you",
        [RequestedScopes.FhirUser] = "Know your own record in the directory or the clinic",
        ["profile"] = "Know who you are",
        [RequestedScopes.Launch] = "Know which patient and visit are open",
        [RequestedScopes.LaunchPatient] = "Know which patient was chosen",
        [RequestedScopes.LaunchEncounter] = "Know which visit is open",
        [RequestedScopes.OfflineAccess] = "Keep access while you are not there, until you take it away",
        [RequestedScopes.OnlineAccess] = "Keep access for today, for as long as you work",
    };

    private static readonly (ResourceInteractions Interaction, string Verb)[] Verbs =
    [
        (ResourceInteractions.Read, "read"),
        (ResourceInteractions.Search, "search"),
        (ResourceInteractions.Create, "add"),
        (ResourceInteractions.Update, "change"),
        (ResourceInteractions.Delete, "delete"),
    ];

    public static string Of(string scope)
    {
        if (Others.TryGetValue(scope, out var known)) return known;
        if (SmartScope.Parse(scope) is not { } parsed) return scope;

        var verbs = string.Join(", ", Verbs.Where(verb => parsed.Interactions.HasFlag(verb.Interaction)).Select(verb => verb.Verb));
        var what = parsed.Type == SmartScope.AnyType ? "everything" : $"{SpacedOut(parsed.Type)} records";
        var where = parsed.Context == "patient" ? "of this patient" : "that you may see yourself";
        var only = parsed.Criteria.Count == 0
            ? "" : $", only where {string.Join(" and ", parsed.Criteria.Select(one => $"{one.Parameter} is {ShortOf(one.Value)}"))}";
        return $"{char.ToUpperInvariant(verbs[0])}{verbs[1..]}: {what} {where}{only}";
    }

    // AllergyIntolerance: allergy intolerance.
    private static string SpacedOut(string type) => string.Concat(
        type.Select((letter, at) => char.IsUpper(letter) ? $"{(at == 0 ? "" : " ")}{char.ToLowerInvariant(letter)}" : letter.ToString()));

    // The code of a token; its system is an address that tells a person nothing.
    private static string ShortOf(string value) => value[(value.LastIndexOf('|') + 1)..];
}
