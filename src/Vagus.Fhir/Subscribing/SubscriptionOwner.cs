using Vagus.Access.Authorization;
using Vagus.Kernel;

namespace Vagus.Fhir.Subscribing;

/// <summary>
/// Whose a subscription is, and by which rights it is told: those of a user, below the scopes of the application that has made it.
/// </summary>
/// <param name="User">The user; of an application that acts for itself its service account.</param>
internal sealed record SubscriptionOwner(UserId User)
{
    /// <summary>The application, with the scopes and the patient in context with which it was last written; null: our own.</summary>
    public ActingApp? App { get; init; }

    /// <inheritdoc cref="AppAuthorization.Session"/>
    public SessionId? Session { get; init; }

    /// <inheritdoc cref="Caller.OwnerName"/>
    public string Name => Caller.NameOf(User, App);

    /// <summary>It is told as long as this holds; null: as long as the account is there.</summary>
    public AppAuthorization? Authorization => App is null ? null : new AppAuthorization(App.Id, Session);

    public static SubscriptionOwner Of(Caller caller) => new(caller.User)
    {
        // A token of an application that acts for itself lives minutes, and another one costs a signature alone.
        App = caller.App, Session = caller.App is null || caller.Role == Role.Service ? null : caller.Session,
    };

    /// <summary>By the same rights, in whatever order its scopes are written.</summary>
    public bool IsToldAs(SubscriptionOwner other) =>
        (User, App?.Id, App?.Patient) == (other.User, other.App?.Id, other.App?.Patient) && ScopesOf(App).SetEquals(ScopesOf(other.App));

    private static HashSet<string> ScopesOf(ActingApp? app) =>
        (app?.Scopes ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);

    /// <summary>
    /// Whether the caller may ask how it stands and what it was told: as its owner, and below no fewer scopes than it is told by.
    /// </summary>
    public bool IsAskedBy(Caller caller) =>
        Name == caller.OwnerName && (App is null || SmartScopes.CoverReading(caller.App?.Scopes ?? "", App.Scopes));
}
