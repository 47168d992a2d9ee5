using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Files;
using Vagus.Fhir.Deriving;
using Vagus.Storage;

namespace Vagus.Care.Imaging;

/// <summary>What the images of studies need of the host. They come by the door of files.</summary>
internal static class ImagingFeature
{
    public static void AddImaging(this IServiceCollection services)
    {
        services.AddMigrations(ImagingTables.All);
        services.AddSingleton<IKnowContent, KeepImages>();
        services.AddSingleton<IKeepRows, StudyRows>();
    }

    public static void RunImaging(this IServiceCollection services) => services.AddLeasedDuty<CompleteStudies>();
}
