using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Policies;
using Vagus.Access.Tenants;
using Vagus.Access.Vault;
using Vagus.Kernel;
using Vagus.Storage;
using Vagus.Storage.Files;

namespace Vagus.Access.Files;

/// <summary>The services and endpoints of files.</summary>
internal static class FilesFeature
{
    public static void AddFiles(this IServiceCollection services, FilesOptions options)
    {
        options.Validate();
        services.AddSingleton(options);
        services.AddMigrations(FileTables.All);
        services.AddSingleton(new SettingRule(FileQuota.Setting, FileQuota.Refuse));
        services.AddSingleton<FileQuota>();
        services.AddSingleton<StoredFiles>();
        services.AddSingleton(provider => new MadeFiles(
            provider.GetRequiredService<IBlobStore>(), provider.GetRequiredService<ContentVault>(),
            provider.GetRequiredService<FileQuota>(), provider.GetRequiredService<IdSource>()));
        services.AddSingleton<FileAddresses>();
        services.AddSingleton<RecordFile>();
        services.AddSingleton<UploadShares>();
        services.AddSingleton<ReadUpload>();
        services.AddSingleton<StoreFile>();
        services.AddSingleton<GiveFile>();
        services.AddSingleton<ReadFile>();
    }

    public static void AddFileDuties(this IServiceCollection services, FilesOptions options)
    {
        services.AddLeasedDuty<SweepFiles>();
        if (options.Scanner is not { } scanner) return;
        services.AddSingleton(provider => new Clamd(scanner, provider.GetRequiredService<TimeProvider>()));
        services.AddLeasedDuty<ScanFiles>();
    }

    public static void MapFileDoors(this IEndpointRouteBuilder endpoints)
    {
        var files = endpoints.MapGroup("/api/files").RecordsRefusals();
        StoreFile.Map(files);
        ReadFile.Map(files);
    }
}
