using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Audit;
using Vagus.Access.Audit.Anchors;
using Vagus.Access.Audit.Checkpoints;
using Vagus.Access.Audit.Proofs;
using Vagus.Access.AuditReading;
using Vagus.Access.Files;
using Vagus.Access.KeyUpkeep;
using Vagus.Access.Policies;
using Vagus.Access.Sessions;
using Vagus.Access.Settings;
using Vagus.Access.Tenants;
using Vagus.Access.Vault;
using Vagus.Access.Visibility;
using Vagus.Storage;
using Vagus.Storage.Files;
using Vagus.Storage.Migrations;
using Vagus.Storage.Moving;
using Vagus.Storage.Writing;

namespace Vagus.Access;

/// <summary>Adds this room to a host: its services, the admission of callers, the check of every endpoint for its policy.</summary>
public static class AccessFeature
{
    /// <summary>Needs AddStorage, a TimeProvider and an <see cref="Sessions.Authentication"/>, which Vagus.Identity adds.</summary>
    public static IServiceCollection AddAccess(this IServiceCollection services, AccessOptions options)
    {
        options.Validate();
        services.AddSingleton(options);
        services.AddMigrations(AccessMigrations.All);
        services.AddMovedTables(AccessMigrations.Moved);
        services.AddSingleton(provider => new MovePlace(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<KeysPlace>().Database,
            provider.GetRequiredService<IBlobStore>(),
            provider.GetServices<MovedTable>(), provider.GetServices<NumberFamily>(), provider.GetServices<SwitchStep>(),
            provider.GetServices<Migration>()));
        services.AddSingleton(provider => RootKeyFile.Load(WithDefaultFile(options, provider.GetRequiredService<StorageOptions>())));
        services.AddVault(options);
        services.AddKeyUpkeep(options);
        services.AddFiles(options.Files);
        services.AddSingleton<AuditLog>();
        services.AddSingleton<LeafLog>(provider => provider.GetRequiredService<AuditLog>());
        services.AddHostedService<AuditRetention>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<AuditSeal>();
        services.AddSingleton<AuditRefusals>();
        services.AddAuditProofs(options.Anchors);
        services.AddSingleton<AuditIndex>();
        services.AddSingleton(provider => new AuditReader(
            provider.GetRequiredService<Database>(), provider.GetRequiredService<AuditIndex>()));
        services.AddSingleton<ReadAudit>();
        services.AddHostedService<AuditIndexing>();
        services.AddSingleton<AddTenant>();
        services.AddSingleton<ServiceCallers>();
        services.AddSingleton<TenantSettings>();
        services.AddSingleton(new SettingRule(TenantPolicy.VisibilitySetting, TenantPolicy.Refuse));
        services.AddSingleton<TenantPolicies>();
        services.AddSingleton<ShowPolicy>();
        services.AddSingleton<ChangeSetting>();
        services.AddSingleton<PolicyCheck>();
        services.AddHostedService(provider => provider.GetRequiredService<PolicyCheck>());
        return services;
    }

    /// <summary>Admits callers to the endpoints behind it. Between routing and the endpoints.</summary>
    public static IApplicationBuilder UseAccess(this IApplicationBuilder app) => app.UseMiddleware<AdmitCaller>();

    /// <summary>Scans and sweeps files, in a process that serves them.</summary>
    public static IServiceCollection RunFiles(this IServiceCollection services, FilesOptions options)
    {
        services.AddFileDuties(options);
        return services;
    }

    /// <summary>Maps <c>/api/files</c>.</summary>
    public static IEndpointRouteBuilder MapFiles(this IEndpointRouteBuilder endpoints)
    {
        endpoints.MapFileDoors();
        return endpoints;
    }

    /// <summary>
    /// Maps the audit, <c>/api/admin/policy</c> and <c>/api/admin/settings</c>; and has every endpoint of the
    /// application checked for its policy at the start.
    /// </summary>
    public static IEndpointRouteBuilder MapAccess(this IEndpointRouteBuilder endpoints)
    {
        ReadAudit.Map(endpoints);
        var admin = endpoints.MapGroup("/api/admin").Require(Policy.Admin).RecordsRefusals();
        ShowPolicy.Map(admin);
        ChangeSetting.Map(admin);
        endpoints.ServiceProvider.GetRequiredService<PolicyCheck>().Watch(endpoints);
        return endpoints;
    }

    internal static AccessOptions WithDefaultFile(AccessOptions options, StorageOptions storage) =>
        options.RootKeyFile is null ? options with { RootKeyFile = Path.Combine(storage.DataFolder, "root.key") } : options;
}
