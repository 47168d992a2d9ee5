using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Vagus.Architecture.Tests;

public sealed class ArrowTests
{
    /// <summary>Which room stands directly on which. Everything further down is allowed too; nothing else is.</summary>
    private static readonly Dictionary<string, string[]> StandsOn = new(StringComparer.Ordinal)
    {
        ["Vagus.Server"] = ["Vagus.Messaging", "Vagus.Clinic", "Vagus.Care", "Vagus.Realtime", "Vagus.Identity", "Vagus.Bus"],
        ["Vagus.Messaging"] = ["Vagus.Fhir"],
        ["Vagus.Clinic"] = ["Vagus.Fhir"],
        ["Vagus.Care"] = ["Vagus.Fhir"],
        ["Vagus.Realtime"] = ["Vagus.Fhir", "Vagus.SocketIO"],
        ["Vagus.Fhir"] = ["Vagus.Access", "Vagus.Fhir.R4"],
        ["Vagus.Fhir.R4"] = ["Vagus.Kernel"],
        ["Vagus.Identity"] = ["Vagus.Access"],
        ["Vagus.Access"] = ["Vagus.Storage"],
        ["Vagus.Storage"] = ["Vagus.Kernel"],
        ["Vagus.Kernel"] = ["Vagus.Events"],
        ["Vagus.Events"] = [],
        ["Vagus.SocketIO"] = [],
        ["Vagus.Bus"] = ["Vagus.Access"],
        // Nothing at all: the judge of the server shares no code with it.
        ["Vagus.AuditVerifier"] = [],
        ["Vagus.TypeScriptGenerator"] = ["Vagus.Events"],
        ["Vagus.DefinitionsGenerator"] = [],
        ["Vagus.PasswordListGenerator"] = ["Vagus.Identity"],
        ["Vagus.Demo"] = [],
    };

    /// <summary>The words of the drivers are spoken in one room only.</summary>
    private static readonly string[] Drivers = ["Dapper", "Npgsql", "Microsoft.Data.Sqlite", "SQLitePCL"];

    [Fact]
    public void Arrows_between_projects_point_down()
    {
        var projects = Repository.FilesEndingIn(".csproj")
            .Where(file => file.StartsWith("src/", StringComparison.Ordinal) || file.StartsWith("tools/", StringComparison.Ordinal))
            .ToList();

        Assert.Contains("src/Vagus.Server/Vagus.Server.csproj", projects);
        Findings.MustBeNone(projects.SelectMany(file => UpwardArrows(Name(file), Repository.Text(file))));
    }

    [Theory]
    [InlineData("Vagus.Care", "../Vagus.Realtime/Vagus.Realtime.csproj", "Vagus.Care may not reference Vagus.Realtime")]
    [InlineData("Vagus.Clinic", "../Vagus.Care/Vagus.Care.csproj", "Vagus.Clinic may not reference Vagus.Care")]
    [InlineData("Vagus.Realtime", "../Vagus.Identity/Vagus.Identity.csproj", "Vagus.Realtime may not reference Vagus.Identity")]
    [InlineData("Vagus.Storage", "../Vagus.Access/Vagus.Access.csproj", "Vagus.Storage may not reference Vagus.Access")]
    [InlineData("Vagus.SocketIO", "..\\Vagus.Kernel\\Vagus.Kernel.csproj", "Vagus.SocketIO may not reference Vagus.Kernel")]
    [InlineData("Vagus.Fhir", "../../tests/Vagus.Testing/Vagus.Testing.csproj", "Vagus.Fhir may not reference Vagus.Testing")]
    [InlineData("Vagus.Unheard", "../Vagus.Kernel/Vagus.Kernel.csproj", "Vagus.Unheard has no place in the table of arrows")]
    public void An_arrow_that_points_up_or_sideways_is_seen(string project, string reference, string complaint)
    {
        var text = $"""<Project Sdk="Microsoft.NET.Sdk"><ItemGroup><ProjectReference Include="{reference}" /></ItemGroup></Project>""";

        Assert.Equal([complaint], UpwardArrows(project, text));
    }

    [Fact]
    public void A_tool_that_is_only_built_before_is_no_arrow() =>
        Assert.Empty(
            UpwardArrows(
            "Vagus.Server",
            """<Project><ItemGroup><ProjectReference Include="../../tools/Vagus.Demo/Vagus.Demo.csproj" ReferenceOutputAssembly="false" /></ItemGroup></Project>"""));

    [Fact]
    public void Only_storage_speaks_to_the_database_drivers()
    {
        var elsewhere = Repository.FilesEndingIn(".cs")
            .Where(
            file => file.StartsWith("src/", StringComparison.Ordinal) && !file.StartsWith("src/Vagus.Storage/", StringComparison.Ordinal));

        Findings.MustBeNone(elsewhere.Where(file => SpeaksToDrivers(Repository.Text(file))));
    }

    [Theory]
    [InlineData("using Npgsql;")]
    [InlineData("using Microsoft.Data.Sqlite;")]
    [InlineData("    global::Dapper.SqlMapper.Query();")]
    public void A_driver_outside_storage_is_seen(string line) => Assert.True(SpeaksToDrivers($"using System;\n{line}\n"));

    private static IEnumerable<string> UpwardArrows(string project, string text)
    {
        if (!StandsOn.ContainsKey(project)) return [$"{project} has no place in the table of arrows"];
        var below = Below(project).ToHashSet(StringComparer.Ordinal);
        return References(text).Where(reference => !below.Contains(reference))
            .Select(reference => $"{project} may not reference {reference}");
    }

    /// <summary>A project that is only built before, whose types cannot be used, is no arrow.</summary>
    private static IEnumerable<string> References(string text) =>
        XDocument.Parse(text).Descendants("ProjectReference")
            .Where(reference => (string?)reference.Attribute("ReferenceOutputAssembly") != "false")
            .Select(reference => Name(((string?)reference.Attribute("Include") ?? "").Replace('\\', '/')));

    private static IEnumerable<string> Below(string project) =>
        StandsOn[project].SelectMany(lower => Below(lower).Prepend(lower));

    private static string Name(string path) => Path.GetFileNameWithoutExtension(path);

    private static bool SpeaksToDrivers(string text) => Drivers.Any(driver => DriverName(driver).IsMatch(text));

    private static Regex DriverName(string driver) =>
        new($@"(using(\s+static)?\s+|global::){Regex.Escape(driver)}\b", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5));
}
