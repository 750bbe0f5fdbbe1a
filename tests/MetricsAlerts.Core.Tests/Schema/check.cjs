// The first line on stdin is the schema, each further one a document; prints true or false for each.
const Ajv = require("ajv/dist/2020");
const [schema, ...documents] = require("fs").readFileSync(0, "utf8").split("\n").filter(Boolean);
const validate = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: true, validateFormats: false }).compile(JSON.parse(schema));
for (const document of documents) console.log(validate(JSON.parse(document)));
