using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Audit;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Access.Tenants;
using Vagus.Identity.Administration;
using Vagus.Identity.DeviceKeys;
using Vagus.Identity.Doors;
using Vagus.Identity.Keys;
using Vagus.Identity.OAuth;
using Vagus.Identity.Passwords;
using Vagus.Identity.People;
using Vagus.Identity.Providers;
using Vagus.Identity.SecondFactors;
using Vagus.Identity.Sessions;
using Vagus.Identity.SigningIn;
using Vagus.Identity.Tokens;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Writing;

namespace Vagus.Identity;

/// <summary>Adds this room to a host: its services and the endpoints of sign-in and keys.</summary>
public static class IdentityFeature
{
    /// <summary>
    /// Needs AddStorage, AddAccess, a TimeProvider and an IdSource. Migrations must have run before the host starts: the start loads the
    /// signing keys.
    /// </summary>
    public static IServiceCollection AddIdentity(this IServiceCollection services, IdentityOptions options)
    {
        options.Validate();
        services.AddMigrations(IdentityMigrations.All);
        services.AddMovedTables(IdentityMigrations.Moved);
        services.AddSingleton(IdentityMigrations.EndSessions);
        foreach (var step in IdentityMigrations.Restored) services.AddSingleton(step);
        services.AddSingleton(options);
        services.AddSingleton<SigningKeys>();
        foreach (var column in SealedColumns.All) services.AddSingleton(column);
        services.AddSingleton(OwnTokens);
        services.AddSingleton<SessionHandle>();
        services.AddSingleton<ProviderTokens>();
        services.AddSingleton<OpenProviderSession>();
        services.AddSingleton<SessionAuthentication>();
        services.AddSingleton<Authentication>(provider => provider.GetRequiredService<SessionAuthentication>());
        services.AddSingleton<SessionWatch>();
        services.AddSingleton<EndOverdueSessions>();
        services.AddSingleton(new SettingRule(SignInPolicy.Setting, SignInPolicy.Refuse));
        services.AddSingleton<PasswordHashing>();
        AddSigningIn(services);
        AddSecondFactors(services);
        AddAdministration(services);
        services.AddAccounts();
        services.AddOAuth(options);
        services.AddHostedService<IdentityUpkeep>();
        return services;
    }

    /// <summary>Lets pages of applications ask from their own origins. Before <c>UseAccess</c>: a preflight has no credential.</summary>
    public static IApplicationBuilder UseIdentity(this IApplicationBuilder app) => app.UseMiddleware<CrossOriginCalls>();

    /// <summary>Maps sign-in and the public keys.</summary>
    public static IEndpointRouteBuilder MapIdentity(this IEndpointRouteBuilder endpoints)
    {
        PublishKeys.Map(endpoints);
        MapDoor(endpoints, Door.Staff, RefreshCookie.StaffPath);
        MapDoor(endpoints, Door.Patient, RefreshCookie.PatientPath);
        ResetFactors.MapAdministration(endpoints.MapGroup("").RecordsRefusals());
        endpoints.MapAccounts();
        endpoints.MapOAuth();
        return endpoints;
    }

    private static void MapDoor(IEndpointRouteBuilder endpoints, Door door, string path)
    {
        var group = endpoints.MapGroup(path);
        SignIn.Map(group, door, path);
        RefreshSession.Map(group, path);
        SignOut.Map(group, path);
        ReadProfile.Map(group);
        ListSessions.Map(group);
        NoteActivity.Map(group);
        MapRecorded(group.MapGroup("").RecordsRefusals(), door, path);
    }

    private static void MapRecorded(IEndpointRouteBuilder group, Door door, string path)
    {
        ReadDeviceKey.Map(group);
        EndOwnSessions.Map(group);
        CompleteSignIn.Map(group, door, path);
        EnrolAtSignIn.Map(group, door, path);
        StepUp.Map(group, door);
        ListFactors.Map(group);
        ManageTotp.Map(group);
        ManagePasskeys.Map(group);
        ResetFactors.MapOwn(group);
        RemoveFactor.Map(group);
    }

    private static void AddSigningIn(IServiceCollection services)
    {
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<KnownDevices>();
        services.AddSingleton<FailedSignIns>();
        services.AddSingleton<CheckPassword>();
        services.AddSingleton<OpenSession>();
        services.AddSingleton<GrantTokens>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<RotateRefreshToken>();
        services.AddSingleton<RefreshSession>();
        services.AddSingleton<SignOut>();
        services.AddSingleton<SweepSessions>();
    }

    private static void AddSecondFactors(IServiceCollection services)
    {
        services.AddSingleton<Challenges>();
        services.AddSingleton<Passkeys>();
        services.AddSingleton<RecoveryCodes>();
        services.AddSingleton<ProveFactor>();
        services.AddSingleton<DemandFactor>();
        services.AddSingleton<CompleteSignIn>();
        services.AddSingleton<EnrolTotp>();
        services.AddSingleton<EnrolAtSignIn>();
        services.AddSingleton<ManagePasskeys>();
        services.AddSingleton<StepUp>();
        services.AddSingleton<ResetFactors>();
    }

    // Their constructors are internal, so they are called here.
    private static void AddAdministration(IServiceCollection services)
    {
        services.AddSingleton(provider => new AddUser(
            provider.GetRequiredService<GroupCommit>(),
            provider.GetRequiredService<PasswordHashing>(),
            provider.GetRequiredService<IdSource>()));
        services.AddSingleton(provider => new ChangeUser(
            provider.GetRequiredService<GroupCommit>(), provider.GetRequiredService<SessionAuthentication>()));
        services.AddSingleton(provider => new LinkUser(
            provider.GetRequiredService<GroupCommit>(),
            provider.GetRequiredService<IdentityOptions>(),
            provider.GetRequiredService<SessionAuthentication>(),
            provider.GetRequiredService<AuditSeal>()));
        services.AddSingleton<FindUser>();
        services.AddSingleton(provider => new ReplaceSigningKeys(
            provider.GetRequiredService<SigningKeys>(), provider.GetRequiredService<AuditTrail>()));
    }

    /// <summary>Our own issuer; tokens of others are verified by <see cref="ProviderTokens"/>.</summary>
    private static VerifiedTokens OwnTokens(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<IdentityOptions>();
        var keys = provider.GetRequiredService<SigningKeys>();
        var own = new TrustedIssuer(options.Issuer, options.Audience, keys.Find);
        var tokens = new VerifiedTokens(new TokenVerifier([own]), provider.GetRequiredService<TimeProvider>());
        keys.KeyGone += tokens.Forget;
        return tokens;
    }
}
