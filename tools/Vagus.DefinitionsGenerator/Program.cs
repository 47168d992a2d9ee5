using System.Text;
using Vagus.DefinitionsGenerator;

if (args.Length != 2)
{
    Console.Error.WriteLine("usage: Vagus.DefinitionsGenerator <folder with the R4 definitions> <src/Vagus.Fhir.R4/Definitions>");
    return 1;
}

var idFile = Path.Combine(args[1], "search-parameter-ids.txt");
var ids = File.Exists(idFile) ? await File.ReadAllTextAsync(idFile) : "";
var tables = Tables.From(new DefinitionSource(args[0]), ids);
await File.WriteAllTextAsync(idFile, tables.SearchParameterIds, new UTF8Encoding(false));
await File.WriteAllTextAsync(Path.Combine(args[1], "r4.txt"), tables.Definitions, new UTF8Encoding(false));
await File.WriteAllTextAsync(Path.Combine(args[1], "terminology.txt"), tables.Terminology, new UTF8Encoding(false));
Console.WriteLine(tables.Summary);
return 0;
