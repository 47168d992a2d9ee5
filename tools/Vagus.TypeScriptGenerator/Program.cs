using Vagus.TypeScriptGenerator;

// Run from the root of the repository: dotnet run --project tools/Vagus.TypeScriptGenerator [-- --approve]
// Without --approve the contract snapshot is left as it is, so that a wire name never changes by accident.
var package = Path.Combine("web", "events", "src", "generated");
var guide = Path.Combine("docs", "guides", "events.md");
var contract = Path.Combine("docs", "contracts", "events.json");

Directory.CreateDirectory(package);
File.WriteAllText(Path.Combine(package, "events.ts"), TypeScriptFile.Write());
File.WriteAllText(Path.Combine(package, "contract.ts"), PackageContract.Write());
File.WriteAllText(guide, EventGuide.Renew(File.ReadAllText(guide)));
Console.WriteLine($"Wrote {package} and {guide}.");

if (args.Contains("--approve"))
{
    File.WriteAllText(contract, ContractSnapshot.Write());
    Console.WriteLine($"Approved {contract}.");
}
