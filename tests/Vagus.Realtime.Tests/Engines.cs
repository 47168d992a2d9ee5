global using Vagus.Kernel;
global using Vagus.Storage.Sql;
