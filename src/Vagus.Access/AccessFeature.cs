using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Vagus.Access.Keys;
using Vagus.Access.Passwords;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Access.SigningIn;
using Vagus.Access.Tenants;
using Vagus.Access.Tokens;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Writing;

namespace Vagus.Access;

/// <summary>The only door of this room.</summary>
public static class AccessFeature
{
    /// <summary>Needs AddStorage, a TimeProvider and an IdSource. Migrations must have run before the host starts.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services, AccessOptions options)
    {
        options.Validate();
        services.AddMigrations(AccessMigrations.All);
        services.AddSingleton(options);
        services.AddSingleton(provider => RootKeyFile.Load(WithDefaultFile(options, provider.GetRequiredService<StorageOptions>())));
        services.AddSingleton<SigningKeys>();
        services.AddSingleton(OwnTokens);
        services.AddSingleton<SessionHandle>();
        services.AddSingleton(provider => new Authentication(
            provider.GetRequiredService<Database>(),
            provider.GetRequiredService<VerifiedTokens>(),
            provider.GetRequiredService<SessionHandle>(),
            provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<Authentication>>()));
        services.AddSingleton<SessionWatch>();
        services.AddSingleton<PasswordHashing>();
        AddSigningIn(services);
        AddTenants(services);
        services.AddSingleton<PolicyCheck>();
        services.AddHostedService(provider => provider.GetRequiredService<PolicyCheck>());
        services.AddHostedService<AccessUpkeep>();
        return services;
    }

    /// <summary>Admits callers to the endpoints behind it. Between routing and the endpoints.</summary>
    public static IApplicationBuilder UseAccess(this IApplicationBuilder app) => app.UseMiddleware<AdmitCaller>();

    /// <summary>Maps sign-in and the public keys, and has every endpoint of the application checked for its policy at the start.</summary>
    public static IEndpointRouteBuilder MapAccess(this IEndpointRouteBuilder endpoints)
    {
        endpoints.ServiceProvider.GetRequiredService<PolicyCheck>().Watch(endpoints);
        PublishKeys.Map(endpoints);
        MapDoor(endpoints, Door.Staff, RefreshCookie.StaffPath);
        MapDoor(endpoints, Door.Patient, RefreshCookie.PatientPath);
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
        EndOwnSessions.Map(group);
    }

    private static void AddSigningIn(IServiceCollection services)
    {
        services.AddSingleton<SignInThrottle>();
        services.AddSingleton<CheckPassword>();
        services.AddSingleton<OpenSession>();
        services.AddSingleton<Grant>();
        services.AddSingleton<SignIn>();
        services.AddSingleton<RotateRefreshToken>();
        services.AddSingleton<RefreshSession>();
        services.AddSingleton<SignOut>();
        services.AddSingleton<SweepSessions>();
    }

    private static void AddTenants(IServiceCollection services)
    {
        services.AddSingleton<AddTenant>();
        services.AddSingleton(provider => new AddUser(
            provider.GetRequiredService<GroupCommit>(),
            provider.GetRequiredService<PasswordHashing>(),
            provider.GetRequiredService<IdSource>()));
        services.AddSingleton<ChangeUser>();
        services.AddSingleton<FindUser>();
        services.AddSingleton<TenantSettings>();
        services.AddSingleton<TenantVisibilities>();
        services.AddSingleton(provider => new ReplaceSigningKeys(provider.GetRequiredService<SigningKeys>()));
    }

    /// <summary>The issuers whose tokens are taken: a list of one, ourselves.</summary>
    private static VerifiedTokens OwnTokens(IServiceProvider provider)
    {
        var options = provider.GetRequiredService<AccessOptions>();
        var keys = provider.GetRequiredService<SigningKeys>();
        var own = new TrustedIssuer(options.Issuer, options.Audience, keys.Find);
        var tokens = new VerifiedTokens(new TokenVerifier([own]), provider.GetRequiredService<TimeProvider>());
        keys.KeyGone += tokens.Forget;
        return tokens;
    }

    private static AccessOptions WithDefaultFile(AccessOptions options, StorageOptions storage) =>
        options.RootKeyFile is null ? options with { RootKeyFile = Path.Combine(storage.DataFolder, "root.key") } : options;
}
