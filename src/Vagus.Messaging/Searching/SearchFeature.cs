using Microsoft.Extensions.DependencyInjection;

namespace Vagus.Messaging.Searching;

/// <summary>The services of the search in texts.</summary>
internal static class SearchFeature
{
    public static void AddSearch(this IServiceCollection services)
    {
        services.AddSingleton<ReadTexts>();
        services.AddSingleton<SearchTexts>();
        services.AddSingleton<FindThreads>();
        services.AddSingleton<KeepSearchReady>();
    }

    public static void RunSearch(this IServiceCollection services) =>
        services.AddHostedService(provider => provider.GetRequiredService<KeepSearchReady>());
}
