using Vagus.TypeScriptGenerator;

namespace Vagus.Events.Tests;

public sealed class ContractTests
{
    private const string Renew =
        "Run: dotnet run --project tools/Vagus.TypeScriptGenerator (with -- --approve if you meant to change the contract).";

    [Fact]
    public void The_catalogue_is_the_approved_contract() =>
        Assert.True(
            ContractSnapshot.Write() == Read("docs", "contracts", "events.json"),
            $"The events differ from docs/contracts/events.json. {Renew}");

    [Fact]
    public void The_types_and_validators_of_the_npm_package_are_current()
    {
        Assert.True(TypeScriptFile.Write() == Read("web", "events", "src", "generated", "events.ts"), $"events.ts is out of date. {Renew}");
        Assert.True(PackageContract.Write() == Read("web", "events", "src", "generated", "contract.ts"), $"contract.ts is out of date. {Renew}");
    }

    [Fact]
    public void The_guide_is_current()
    {
        var guide = Read("docs", "guides", "events.md");

        Assert.True(EventGuide.Renew(guide) == guide, $"docs/guides/events.md is out of date. {Renew}");
    }

    [Fact]
    public void A_field_that_may_be_absent_is_nullable_in_typescript()
    {
        var text = TypeScriptFile.Write();

        Assert.Contains("export interface Coding {\n  code: string;\n  system: string | null;", text, StringComparison.Ordinal);
        Assert.Contains("  vitals: readonly VitalSign[];", text, StringComparison.Ordinal);
        Assert.Contains("  'lab:critical_alert': LabCriticalAlert;", text, StringComparison.Ordinal);
    }

    private static string Read(params string[] path)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Vagus.slnx"))) return File.ReadAllText(Path.Combine([folder.FullName, .. path]));
        }

        throw new DirectoryNotFoundException("The tests do not run inside the repository.");
    }
}
