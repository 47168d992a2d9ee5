using Microsoft.Extensions.DependencyInjection;
using Vagus.Access.Tenants;
using Vagus.Care.Deriving;

namespace Vagus.Care.Rules;

/// <summary>The rules by which values and findings are critical, for people to see, change and approve.</summary>
internal static class RulesFeature
{
    public static void AddCriticalRules(this IServiceCollection services)
    {
        services.AddSingleton(new SettingRule(CriticalLimits.Setting, CheckLimits.Limits));
        services.AddSingleton(new SettingRule(CriticalDelta.Setting, CheckLimits.Deltas));
        services.AddSingleton(new SettingRule(CriticalFindings.Setting, CheckLimits.Findings));
        services.AddSingleton<ShowCriticalRules>();
    }
}
