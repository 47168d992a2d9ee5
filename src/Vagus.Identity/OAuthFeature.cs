using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Authorization;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Identity.OAuth;
using Vagus.Identity.Passwords;
using Vagus.Identity.Sessions;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Writing;

namespace Vagus.Identity;

/// <summary>The part of this room about applications that act for users: SMART App Launch over OAuth 2.0.</summary>
internal static class OAuthFeature
{
    public static void AddOAuth(this IServiceCollection services, IdentityOptions options)
    {
        services.AddSingleton(new OAuthAddresses(options.Issuer));
        services.AddSingleton<IFindAuthorizations, FindAuthorizations>();
        services.AddSingleton<AppKeys>();
        services.AddSingleton<AppOrigins>();
        services.AddSingleton<IKnowAppOrigins>(provider => provider.GetRequiredService<AppOrigins>());
        services.AddSingleton<CheckAssertion>();
        services.AddSingleton<AuthenticateApp>();
        services.AddSingleton<OpenAppSession>();
        services.AddSingleton<AppTokens>();
        services.AddSingleton<ServeItself>();
        services.AddSingleton<RedeemCode>();
        services.AddSingleton<RefreshApp>();
        services.AddSingleton<TokenEndpoint>();
        services.AddSingleton<Introspect>();
        services.AddSingleton<RevokeToken>();
        services.AddSingleton<SweepApps>();
        services.AddSingleton<AdministerApps>();
        services.AddSingleton<LaunchContext>();
        services.AddSingleton<AuthorizeRequest>();
        services.AddSingleton<ProveUser>();
        services.AddSingleton<ChoosePatient>();
        services.AddSingleton<GiveConsent>();
        services.AddSingleton<Authorize>();
        services.AddSingleton<PatientApps>();
        // A constructor that is internal is called here.
        services.AddSingleton(provider => new Apps(
            provider.GetRequiredService<Database>(),
            provider.GetRequiredService<GroupCommit>(),
            provider.GetRequiredService<PasswordHashing>(),
            provider.GetRequiredService<SessionAuthentication>(),
            provider.GetRequiredService<IdSource>(),
            provider.GetRequiredService<ICheckScopes>(),
            provider.GetRequiredService<AppOrigins>(),
            provider.GetRequiredService<IdentityOptions>()));
    }

    public static void MapOAuth(this IEndpointRouteBuilder endpoints)
    {
        SmartConfiguration.Map(endpoints);
        Authorize.Map(endpoints);
        var recorded = endpoints.MapGroup("").RecordsRefusals();
        LaunchContext.Map(recorded);
        PatientApps.Map(recorded);
        TokenEndpoint.Map(recorded);
        Introspect.Map(recorded);
        RevokeToken.Map(recorded);
    }
}
