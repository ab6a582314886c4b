//! Tests of valid and invalid descriptions of APIs.

use super::super::seen::{example, seen};
use super::*;

fn api(text: &str) -> Vec<String> {
    seen("openapi", text)
}

#[test]
fn the_example_is_read() {
    assert_eq!(
        api(example("openapi")),
        [
            "User Type 42-49",
            "  id: string (uuid) 46-46",
            "  email: string @user.contact.email 47-47",
            "  password: string optional write-only 48-48",
            "  address: Address optional 49-49",
            "Address Type 50-52",
            "  street: string optional 52-52",
            "changeUser Type 7-33",
            "  X-Session: string optional @user.unique_id 10-13",
            "  id: string (uuid) 6-6",
            "  email: string optional 20-20",
            "changeUser 400 Type 26-33",
            "  message: string 33-33",
            "PUT /photos Type 35-39",
            "  body: string (binary) opaque 39-39",
        ]
    );
}

#[test]
fn only_descriptions_of_apis_are_recognised() {
    assert!(is_it(example("openapi")) && is_it("{\n  \"info\": {},\n  \"openapi\": \"3.0.3\"}"));
    assert!(is_it("swagger: '2.0'\n"));
    assert!(!is_it("info: {openapi: 3.0}\n") && !is_it("# openapi: 3.0\n") && !is_it("asyncapi: 3.0.0\n"));
}

#[test]
fn parts_are_found_where_they_are_referred_to() {
    let text = "\
openapi: 3.0.3
paths:
  /a:
    get:
      operationId: a
      parameters:
        - $ref: '#/components/parameters/Page'
        - {name: id, in: query, schema: {type: integer}}
        - {name: id, in: path, required: true, schema: {type: string}}
        - {name: filter, in: query, content: {application/json: {schema: {properties: {mail: {type: string}}}}}}
        - {in: query}
        - $ref: '#/components/parameters/None'
      requestBody: {$ref: '#/components/requestBodies/A'}
      responses:
        default: {$ref: '#/components/responses/All'}
    x-own: {}
  /b: {$ref: '#/components/pathItems/b'}
  /c: []
webhooks:
  new: {post: {requestBody: {content: {a/b: {schema: {type: array, items: {properties: {mail: {type: string}}}}}}}}}
components:
  parameters:
    Page: {name: page, in: query, schema: {type: integer, default: 1}}
  requestBodies:
    A:
      content:
        a/b: {schema: {properties: {id: {type: string}}}}
        a/c: {schema: {$ref: '#/components/schemas/S'}}
  responses:
    All: {content: {a/b: {schema: {type: array, items: {type: string}}}}}
  pathItems:
    b: {get: {operationId: b, parameters: [{name: x, in: cookie, schema: true}]}}
  schemas:
    S: {type: object, nullable: true, properties: {x: {type: string}}}
";
    assert_eq!(
        api(text),
        [
            "S Type 34-34",
            "  x: string optional 34-34",
            "a Type 4-15 to S",
            "  page: integer default optional 23-23",
            "  id: integer optional 8-8",
            "  path.id: string 9-9",
            "  filter.mail: string optional 10-10",
            "  body.id: string optional 27-27",
            "a default Type 15-15",
            "  body: string list 30-30",
            "b Type 32-32",
            "  x: any optional opaque 32-32",
            "POST new Type 20-20",
            "  mail: string optional 20-20",
            "! 11-11 a parameter has no `name`",
            "! 12-12 the reference `#/components/parameters/None` has no target",
            "! 18-18 `/c` is a list, not an object",
        ]
    );
}

#[test]
fn other_versions_are_told_of() {
    assert_eq!(api("swagger: '2.0'\n"), ["! 1-1 this is Swagger 2.0, the predecessor of OpenAPI 3"]);
    assert_eq!(api("openapi: 4.0.0\n"), ["! 1-1 the version `4.0.0` of OpenAPI is unknown"]);
    assert_eq!(api("paths: {}\n"), ["! 1-1 the key `openapi` with the version is missing"]);
    assert_eq!(api("[]"), ["! 1-1 the key `openapi` with the version is missing"]);
    assert_eq!(api("openapi: 3.1.0\n"), ["! 1-1 this file has no schema and no operation with properties"]);
    let wrong = api("openapi: 3.1.0\ncomponents: {schemas: [1]}\npaths: {/a: {get: [], post: {responses: 1}}}\n");
    assert_eq!(
        wrong,
        [
            "! 2-2 `components.schemas` is a list, not an object",
            "! 3-3 `get` is a list, not an object",
            "! 3-3 `responses` is a single value, not an object",
        ]
    );
}

#[test]
fn an_operation_can_have_the_name_of_a_schema() {
    let text = "openapi: 3.0.3\ninfo: { title: S, version: '1' }\npaths:\n  /users:\n    post:\n      operationId: createUser\n      \
                parameters: [{ name: dry, in: query, schema: { type: boolean } }]\n      responses: { '200': { description: ok } }\n\
                components:\n  schemas:\n    createUser: { type: object, properties: { email: { type: string } } }\n";
    let seen = crate::schema::seen::seen("openapi", text);
    assert_eq!(
        seen,
        [
            "createUser Type 11-11",
            "  email: string optional 11-11",
            "POST /users Type 5-8",
            "  dry: boolean optional 7-7"
        ]
    );
}
